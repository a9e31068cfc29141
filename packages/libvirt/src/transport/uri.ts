/**
 * libvirt URIs: `driver[+transport]://[user@][host][:port]/path[?parameters]` (https://libvirt.org/uri.html).
 * Parameters for the client (`socket`, `mode`) are taken out before the rest goes to the daemon.
 */
import { LibvirtError } from '../errors.ts';

export interface LibvirtUri {
  readonly driver: string;
  /** What follows the `+`; without one, `unix` for URIs without a host and `tls` for others, as libvirt has it. */
  readonly transport: string;
  readonly host: string;
  readonly port: number | undefined;
  readonly user: string | undefined;
  /** `/system`, `/session`, `/default`, … */
  readonly path: string;
  readonly socket: string | undefined;
  /** The name for CONNECT_OPEN: the URI as the daemon shall see it. */
  readonly name: string;
}

const CLIENT_PARAMETERS = [
  'socket',
  'mode',
  'name',
  'no_verify',
  'pkipath',
  'keyfile',
  'known_hosts',
  'sshauth',
  'command',
  'netcat',
  'proxy',
];

export function parseUri(text: string): LibvirtUri {
  const match = /^([a-z][a-z0-9]*)(?:\+([a-z0-9]+))?:\/\//i.exec(text);
  if (!match) throw invalid(text, 'no driver and "://" in front');
  const driver = match[1]!.toLowerCase();
  let url: URL;
  try {
    // WHATWG URLs parse unknown schemes loosely; a fixed one keeps host and path apart for all drivers.
    url = new URL(`libvirt://${text.slice(match[0].length)}`);
  } catch (cause) {
    throw invalid(text, 'not a URI', cause);
  }
  const socket = url.searchParams.get('socket') ?? undefined;
  const forcedName = url.searchParams.get('name');
  for (const parameter of CLIENT_PARAMETERS) url.searchParams.delete(parameter);
  const query = url.searchParams.size === 0 ? '' : `?${url.searchParams}`;
  return {
    driver,
    transport: match[2]?.toLowerCase() ?? (url.hostname === '' ? 'unix' : 'tls'),
    host: decodeURIComponent(url.hostname),
    port: url.port === '' ? undefined : Number(url.port),
    user: url.username === '' ? undefined : decodeURIComponent(url.username),
    path: url.pathname,
    socket,
    name: forcedName ?? `${driver}://${url.pathname}${query}`,
  };
}

function invalid(text: string, problem: string, cause?: unknown): LibvirtError {
  return new LibvirtError({ code: 'INVALID_URI', message: `'${text}' is no libvirt URI: ${problem}`, cause });
}

/** Where a local daemon listens for this URI. */
export function localSocketPaths(
  uri: LibvirtUri,
  options: { readonly readonly: boolean; readonly runtimeFolder: string | undefined; readonly isRoot: boolean },
): string[] {
  if (uri.socket !== undefined) return [uri.socket];
  const suffix = options.readonly ? 'sock-ro' : 'sock';
  const session = uri.path === '/session' || (uri.path !== '/system' && !options.isRoot);
  if (!session) return ['libvirt', `virt${uri.driver}d`].map((daemon) => `/run/libvirt/${daemon}-${suffix}`);
  if (options.runtimeFolder === undefined) {
    throw invalid(uri.name, 'a session daemon is found by XDG_RUNTIME_DIR, which is not set');
  }
  // Session daemons have no read-only socket.
  return ['libvirt', `virt${uri.driver}d`].map((daemon) => `${options.runtimeFolder}/libvirt/${daemon}-sock`);
}
