import { type IncomingMessage, STATUS_CODES } from 'node:http';
import { type Duplex, pipeline } from 'node:stream';
import { type ConsoleKind, DomusError, errors, ConsoleKind as Kinds, toProblem } from '@domus/contract';
import { createWebSocketStream, WebSocketServer } from 'ws';
import { redeemConsoleTicket, TICKET_PROTOCOL } from '../../compute/index.ts';
import type { Engine } from '../../wire.ts';
import { languageOf, requireSameOrigin } from '../rest/index.ts';

const MAX_MESSAGE_BYTES = 16 << 20;

interface Listening {
  on(event: 'upgrade', listener: (request: IncomingMessage, socket: Duplex, head: Buffer) => void): unknown;
}

/**
 * Consoles: a WebSocket (subprotocol `binary`) on /console/spice, /console/vnc or /console/serial is joined, byte for
 * byte, to a fresh connection to the VM's display or serial port. The one-use ticket comes as a second subprotocol, so
 * that it is in no URL and no log.
 */
export function consoleFace(engine: Engine): { attach(server: Listening): void; close(): void } {
  const options = {
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    handleProtocols: (offered: Set<string>) => (offered.has('binary') ? ('binary' as const) : (false as const)),
  };
  // SPICE sends raw pixels to a Unix socket, taking its reader for near; whoever is far gets them deflated
  const far = new WebSocketServer({
    ...options,
    perMessageDeflate: { threshold: 1024, zlibDeflateOptions: { level: 1 } },
  });
  const near = new WebSocketServer({ ...options, perMessageDeflate: false });

  const upgrade = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    const { kind, ticket } = read(request);
    requireSameOrigin(request.headers);
    const { vmId, hostId, user } = await redeemConsoleTicket(engine.database.db, ticket, kind);
    const { vms } = engine.hosts.link(hostId);
    const upstream = kind === 'serial' ? await vms.openSerial(vmId) : await vms.openDisplay(vmId, kind);
    if (socket.destroyed) return void upstream.destroy();
    engine.log.info({ vm: vmId, kind, user }, 'a console is open');
    const server = isNear(request.socket.remoteAddress) ? near : far;
    server.handleUpgrade(request, socket, head, (client) => {
      const stream = createWebSocketStream(client);
      // either end closes both; how it ended is the console's own business
      pipeline(stream, upstream, stream, () => {
        upstream.destroy();
        client.close();
        engine.log.info({ vm: vmId, kind, user }, 'a console is closed');
      });
    });
  };

  return {
    attach: (listening) =>
      void listening.on('upgrade', (request, socket, head) => {
        socket.on('error', () => socket.destroy());
        upgrade(request, socket, head).catch((error: unknown) => {
          const known =
            error instanceof DomusError
              ? error
              : new DomusError('INTERNAL', { reference: 'console' }, { cause: error });
          if (known.code === 'INTERNAL') engine.log.error({ error }, 'a console could not be opened');
          const { status } = errors[known.code];
          const problem = JSON.stringify(toProblem(known, languageOf(request)));
          socket.end(
            `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: application/problem+json\r\n\r\n${problem}`,
          );
        });
      }),
    close: () => {
      for (const server of [near, far]) {
        for (const client of server.clients) client.terminate();
        server.close();
      }
    },
  };
}

/** The same machine: loopback, also as IPv6 writes it, or a Unix socket, which has no address. */
const isNear = (address: string | undefined): boolean =>
  address === undefined || /^(::1|(::ffff:)?127\..*)$/.test(address);

function read(request: IncomingMessage): { kind: ConsoleKind; ticket: string } {
  const path = request.url?.split('?')[0] ?? '';
  const kind = Kinds.safeParse(path.replace('/console/', ''));
  if (!kind.success) throw new DomusError('ROUTE_NOT_FOUND', { method: 'GET', path });
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((each) => each.trim());
  const ticket = offered.find((each) => each.startsWith(TICKET_PROTOCOL))?.slice(TICKET_PROTOCOL.length);
  if (ticket === undefined) throw new DomusError('TICKET_INVALID');
  return { kind: kind.data, ticket };
}
