import { rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { fileURLToPath } from 'node:url';
import { consoleFace } from '../faces/console/index.ts';
import { restFace } from '../faces/rest/index.ts';
import { certificateFor, type DataFolder } from '../site/index.ts';
import type { Engine } from '../wire.ts';
import { isLoopback, type UpArguments } from './arguments.ts';

const RENEW_LOOK_MS = 86_400_000;

export interface Listening {
  /** Where a browser goes. */
  url: string;
  /** The CA to import, where it is served over TLS. */
  caPath: string | null;
  close(): Promise<void>;
}

/** Names that a browser may use for this address. */
function hostNames({ listen, names }: UpArguments): Set<string> {
  const everywhere = listen === '0.0.0.0' || listen === '::';
  const local = Object.values(networkInterfaces()).flatMap((addresses) =>
    (addresses ?? []).map(({ address }) => address),
  );
  const own = isLoopback(listen) ? [] : [hostname(), ...(everywhere ? local : [])];
  return new Set(['localhost', '127.0.0.1', '::1', listen, ...own, ...names].map((name) => name.toLowerCase()));
}

const listenOn = (server: Server, path: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });

/** Opens the address and the Unix socket of the data folder. */
export async function listen(
  engine: Engine,
  folder: DataFolder,
  args: UpArguments,
  version: string,
): Promise<Listening> {
  const certificate = isLoopback(args.listen)
    ? null
    : await certificateFor(folder.inside('tls'), args.listen, new Date());
  const consoleFolder = fileURLToPath(new URL('../../../console/dist', import.meta.url));
  const rest = await restFace(engine, { version, tls: certificate, hostNames: hostNames(args), consoleFolder });
  const consoles = consoleFace(engine);
  consoles.attach(rest.app.server);
  consoles.attach(rest.local);

  const socket = folder.inside('run/api.sock');
  rmSync(socket, { force: true });
  await rest.app.listen({ host: args.listen, port: args.port });
  await listenOn(rest.local, socket);
  await chmod(socket, 0o600);

  const renewal = setInterval(() => {
    if (certificate === null) return;
    certificateFor(folder.inside('tls'), args.listen, new Date()).then(rest.replaceCertificate, (error: unknown) =>
      engine.log.error({ error }, 'the certificate could not be renewed'),
    );
  }, RENEW_LOOK_MS);
  const { port } = rest.app.server.address() as AddressInfo;
  const shown =
    args.listen === '0.0.0.0' || args.listen === '::'
      ? hostname()
      : args.listen.includes(':')
        ? `[${args.listen}]`
        : args.listen;
  return {
    url: `${certificate === null ? 'http' : 'https'}://${shown}:${port}`,
    caPath: certificate?.caPath ?? null,
    async close() {
      clearInterval(renewal);
      consoles.close();
      await rest.app.close();
      rest.local.closeAllConnections();
      await new Promise((resolve) => rest.local.close(resolve));
      rmSync(socket, { force: true });
    },
  };
}
