/** Lives of connections, one a cycle: none may leave anything behind. */
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { type Connection, connect } from '../connection.ts';
import { ReconnectingConnection } from '../reconnecting.ts';
import { frameBytes } from './corpus.ts';
import { HostileDaemon } from './hostile-daemon.ts';
import { messages } from './material.ts';
import { DirectWire } from './wire.ts';

/** One signal for all of them, as a program that runs for months has one: what they hang on it, they must take off. */
const { signal } = new AbortController();

interface Opened {
  readonly connection: Connection;
  readonly daemon: HostileDaemon;
  /** The newest, where the client has opened another connection for a stream. */
  readonly latest: () => HostileDaemon;
}

function direct() {
  const daemons: HostileDaemon[] = [];
  const transport = async () => {
    const wire = new DirectWire();
    daemons.push(new HostileDaemon(wire));
    return wire;
  };
  return { daemons, transport };
}

async function open(): Promise<Opened> {
  const { daemons, transport } = direct();
  const connection = await connect({ uri: 'test:///default', transport, signal });
  return { connection, daemon: daemons[0]!, latest: () => daemons.at(-1)! };
}

/** As recorded, it is of the registration that the daemon confirms. */
const reboot = frameBytes(messages.find(({ name }) => name === 'domainEventCallbackReboot')!, 0);

const VOLUME = { vol: { pool: 'p', name: 'v', key: 'k' }, offset: 0, length: 0, flags: 0 };

export const lives: Readonly<Record<string, (n: number) => Promise<void>>> = {
  'opened and closed': async () => {
    const { connection } = await open();
    await connection.call('connectGetType', undefined, { signal });
    await connection.close();
  },
  'lost with calls under way': async (n) => {
    const { connection, daemon } = await open();
    daemon.hold('connectGetHostname', () => undefined);
    const calls = Array.from({ length: 8 }, () => connection.call('connectGetHostname', undefined, { signal }));
    await turn();
    daemon.wire.end((['end of file', 'reset', 'gone'] as const)[n % 3]!);
    await Promise.allSettled(calls);
  },
  'aborted while it opens': async (n) => {
    const controller = new AbortController();
    const wire = new DirectWire();
    const daemon = new HostileDaemon(wire);
    const hung = (['authList', 'connectSupportsFeature', 'connectOpen'] as const)[n % 3]!;
    daemon.hold(hung, () => controller.abort());
    await connect({ uri: 'test:///default', transport: async () => wire, signal: controller.signal }).catch(
      () => undefined,
    );
  },
  'aborted before it is there': async () => {
    const controller = new AbortController();
    const transport = async (ended: AbortSignal) => {
      const aborted = once(ended, 'abort');
      controller.abort();
      await aborted;
      throw ended.reason as Error;
    };
    await connect({ uri: 'test:///default', transport, signal: controller.signal }).catch(() => undefined);
  },
  'ended by nonsense': async () => {
    const { connection, daemon } = await open();
    const call = connection.call('connectGetType', undefined, { signal });
    daemon.wire.deliver(Buffer.alloc(28));
    await call.catch(() => undefined);
  },
  'with a subscription': async (n) => {
    const { connection, daemon } = await open();
    const subscription = await connection.events.subscribe(['domain-reboot'], { signal });
    daemon.wire.deliver(reboot);
    await subscription.next();
    if (n % 3 === 0) await subscription.close();
    if (n % 3 === 1) daemon.wire.end('end of file');
    else await connection.close();
    await connection.closed;
  },
  'with a stream of its own': async (n) => {
    const { connection, latest } = await open();
    const { stream } = await connection.openStream('storageVolDownload', VOLUME, { signal });
    if (n % 3 === 0) await stream.finish();
    else if (n % 3 === 1) stream.abort();
    else latest().wire.end('end of file');
    await stream.read().catch(() => undefined);
    await connection.close();
    await turn();
  },
  'with streams that share it': async (n) => {
    const { connection, daemon } = await open();
    const { stream } = await connection.openStream('storageVolDownload', VOLUME, { ownConnection: false, signal });
    if (n % 2 === 0) daemon.wire.end('reset');
    else await connection.close();
    await stream.read().catch(() => undefined);
  },
};

/** The same connection for all cycles: calls that were given up, and their late answers. */
export async function callsOfOneConnection(): Promise<{ cycle: () => Promise<void>; end: () => Promise<void> }> {
  const { connection, daemon } = await open();
  const serials: number[] = [];
  daemon.hold('connectGetHostname', (serial) => serials.push(serial));
  const cycle = async () => {
    const controller = new AbortController();
    const calls = [
      connection.call('connectGetHostname', undefined, { signal: controller.signal }),
      connection.call('connectGetHostname', undefined, { signal, deadlineMs: 0 }),
      ...Array.from({ length: 4 }, () =>
        connection.call('connectGetHostname', undefined, { signal: controller.signal }),
      ),
    ];
    const settled = Promise.allSettled(calls);
    await turn();
    controller.abort();
    await settled;
    for (const serial of serials.splice(0)) daemon.answer('connectGetHostname', serial);
    await connection.call('connectGetType', undefined, { signal });
  };
  return { cycle, end: () => connection.close() };
}

/** Connections that come back. */
export function comingBack(): { cycle: () => Promise<void>; end: () => Promise<void> } {
  const stop = new AbortController();
  const { daemons, transport } = direct();
  const options = { uri: 'test:///default', transport, signal: stop.signal, kinds: ['domain-reboot'] } as const;
  const connection = new ReconnectingConnection({ ...options, minimumRetryMs: 0, maximumRetryMs: 0 });
  const cycle = async () => {
    const up = await connection.ready(signal);
    daemons.splice(0).at(-1)!.wire.end('end of file');
    await up.closed;
  };
  return {
    cycle,
    end: async () => {
      stop.abort();
      await connection.stopped;
    },
  };
}
