/** libvirt URIs: `driver[+transport]://[user@][host][:port]/path[?parameters]` (https://libvirt.org/uri.html). */
import { LibvirtError } from '../errors.ts';
import { type ClientParameters, decode, readClientParameters } from './uri-parameters.ts';

/** Ways to a daemon that a URI can name. */
export type TransportName = 'unix' | 'tcp' | 'tls' | 'ssh' | 'ext';

/** A libvirt URI in its parts. */
export interface LibvirtUri {
  /** `qemu`, `xen`, `test`, …; empty where the daemon shall choose (`remote+ssh://host/`). */
  readonly driver: string;
  /** The way to the daemon; without a `+` it is `tls` where a host is given, else `unix`. */
  readonly transport: TransportName;
  /** Name or address, an IPv6 address without its brackets. Empty: none was given. */
  readonly host: string;
  /** Undefined: the transport's own. */
  readonly port: number | undefined;
  /** For SSH, and for SASL where `credentials` names none. */
  readonly user: string | undefined;
  /** `/system`, `/session`, `/default`, … */
  readonly path: string;
  /** Those of the query that are for the client. */
  readonly parameters: ClientParameters;
  /** The name for CONNECT_OPEN: the URI as the daemon shall see it. */
  readonly name: string;
}

/** What may follow the `+`. The libssh forms are other implementations of the same way. */
const TRANSPORTS: Readonly<Record<string, TransportName>> = {
  unix: 'unix',
  tcp: 'tcp',
  tls: 'tls',
  ssh: 'ssh',
  libssh: 'ssh',
  libssh2: 'ssh',
  ext: 'ext',
};

// scheme "://" [user "@"] [host] [":" port] path ["?" query] ["#" fragment]
const SHAPE =
  /^([a-z][a-z0-9]*)(?:\+([^:/]*))?:\/\/(?:([^@/?#]*)@)?(\[[^\]/?#]*\]|[^:/?#[\]]*)(?::([^/?#]*))?(\/[^?#]*)?(?:\?([^#]*))?(#.*)?$/i;

/** Throws INVALID_URI, which names the wrong part and what would be right. */
export function parseUri(text: string): LibvirtUri {
  try {
    return parse(text);
  } catch (cause) {
    if (cause instanceof LibvirtError) throw cause;
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new LibvirtError({ code: 'INVALID_URI', message: `'${withoutUser(text)}' is no libvirt URI: ${problem}` });
  }
}

function parse(text: string): LibvirtUri {
  const match = SHAPE.exec(text);
  if (!match) throw new Error('it must look like driver+transport://user@host:port/path?parameters');
  const [, scheme = '', plus, userInfo, hostText = '', portText, path = '', query = '', fragment = ''] = match;
  if (userInfo?.includes(':')) throw new Error('a password has no place in it; give credentials');
  const host = hostText.startsWith('[') ? ipv6(hostText.slice(1, -1)) : decode(hostText);
  const transport = transportOf(plus?.toLowerCase(), host);
  const { parameters, rest } = readClientParameters(query);
  if (transport === 'ext' && parameters.command === undefined) {
    throw new Error('transport ext needs the parameter command: the program that reaches the daemon');
  }
  const driver = scheme.toLowerCase() === 'remote' ? '' : scheme.toLowerCase();
  const asSeenThere = driver === '' ? '' : `${driver}://${path}${rest === '' ? '' : `?${rest}`}${fragment}`;
  return {
    driver,
    transport,
    host,
    port: portText === undefined ? undefined : portNumber(portText),
    user: userInfo === undefined || userInfo === '' ? undefined : decode(userInfo),
    path: decode(path),
    parameters,
    name: parameters.name ?? asSeenThere,
  };
}

function transportOf(plus: string | undefined, host: string): TransportName {
  if (plus === undefined) return host === '' ? 'unix' : 'tls';
  const transport = Object.hasOwn(TRANSPORTS, plus) ? TRANSPORTS[plus] : undefined;
  if (transport === undefined) {
    throw new Error(`transport '${plus}' must be one of ${Object.keys(TRANSPORTS).join(', ')}`);
  }
  if (transport === 'unix' && host !== '') throw new Error(`transport unix goes to no other host, '${host}'`);
  return transport;
}

/** A zone index comes as `%25eth0` (RFC 6874). */
function ipv6(text: string): string {
  const address = decode(text);
  if (!/^[0-9a-f:.]*:[0-9a-f:.]*(%.+)?$/i.test(address)) throw new Error(`host '[${address}]' is no IPv6 address`);
  return address;
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535) throw new Error(`port '${text}' must be from 1 to 65535`);
  return port;
}

/** For messages: who wrote a password there shall not find it in a log. */
export function withoutUser(text: string): string {
  return text.replace(/^([^/?#]*:\/\/)[^@/?#]*@/, '$1');
}

/** Whether the URI means the daemon of a user, not the one of the machine. */
export function isSession(uri: LibvirtUri, isRoot: boolean): boolean {
  if (uri.path === '/session') return true;
  // Drivers without the two (test:///default) use the daemon of who asks; on another machine that of the machine.
  return uri.transport === 'unix' && uri.path !== '/system' && !isRoot;
}
