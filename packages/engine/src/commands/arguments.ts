import { isIP } from 'node:net';
import { parseArgs } from 'node:util';

export const DEFAULT_PORT = 8420;

export interface UpArguments {
  dataDir: string;
  port: number;
  listen: string;
  /** Further names under which browsers may come, e.g. behind a proxy. */
  names: string[];
  yes: boolean;
  noInstall: boolean;
  detach: boolean;
  noImage: boolean;
  networkNamespace: string | null;
}

/** Wrong usage: said on stderr, exit code 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

export const upHelp = `domus up: prepares this machine and starts Domus; Ctrl-C stops it, VMs go on running

  --data-dir D            where everything is kept (default: DOMUS_DATA_DIR, /var/lib/domus as root, ~/.local/share/domus)
  --port P                port of the console and the API (default ${DEFAULT_PORT}; 0 takes a free one)
  --listen A              address to listen on (default 127.0.0.1); any other one is served over TLS
  --name N                a further name under which browsers may come; may be given several times
  --yes                   install what is missing without asking
  --no-install            only tell what is missing
  --no-image              do not build a first image on the first start
  --network-namespace NS  run libvirt, bridges and guests of this data folder inside that network namespace
  -d, --detach            return once it runs
`;

const options = {
  'data-dir': { type: 'string' },
  port: { type: 'string' },
  listen: { type: 'string' },
  name: { type: 'string', multiple: true },
  yes: { type: 'boolean', short: 'y' },
  'no-install': { type: 'boolean' },
  'no-image': { type: 'boolean' },
  'network-namespace': { type: 'string' },
  detach: { type: 'boolean', short: 'd' },
  output: { type: 'string', short: 'o' },
  help: { type: 'boolean', short: 'h' },
} as const;

export type Given = ReturnType<typeof parse>;

/** Reads the arguments of up, down, status and doctor. Errors: UsageError. */
export function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** `fallback` is the data folder where none is named. */
export function upArguments(given: Given, fallback: string): UpArguments {
  const port = given.port === undefined ? DEFAULT_PORT : Number(given.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new UsageError(`--port ${given.port}: expected a number from 0 to 65535`);
  const listen = given.listen ?? '127.0.0.1';
  if (listen !== 'localhost' && isIP(listen) === 0)
    throw new UsageError(`--listen ${listen}: expected an IP address, e.g. 0.0.0.0`);
  const networkNamespace = given['network-namespace'] ?? null;
  if (networkNamespace !== null && !/^[A-Za-z0-9._-]+$/.test(networkNamespace))
    throw new UsageError(`--network-namespace ${networkNamespace}: expected a name that "ip netns" knows`);
  return {
    dataDir: given['data-dir'] ?? fallback,
    port,
    listen: listen === 'localhost' ? '127.0.0.1' : listen,
    names: given.name ?? [],
    yes: given.yes ?? false,
    noInstall: given['no-install'] ?? false,
    detach: given.detach ?? false,
    noImage: given['no-image'] ?? false,
    networkNamespace,
  };
}

export const isLoopback = (address: string): boolean => address === '::1' || address.startsWith('127.');
