import type { CredentialsCallback } from '../auth/credentials.ts';
import { type ClientEnvironment, readEnvironment } from '../environment.ts';
import { LibvirtError } from '../errors.ts';
import { readClientConfig, resolveUri } from './client-config.ts';
import { extTransport } from './ext.ts';
import { readClientPki } from './pki.ts';
import { localSockets } from './sockets.ts';
import { sshTransport } from './ssh/ssh.ts';
import { tcpTransport } from './tcp.ts';
import { tlsTransport } from './tls.ts';
import type { Transport } from './transport.ts';
import { unixTransport } from './unix.ts';
import { type LibvirtUri, parseUri } from './uri.ts';

export interface RouteOptions {
  readonly uri?: string | undefined;
  readonly socketPath?: string | undefined;
  readonly transport?: Transport | undefined;
  readonly readonly?: boolean | undefined;
  readonly credentials?: CredentialsCallback | undefined;
  readonly proxyJump?: string | undefined;
  readonly confidential?: boolean | undefined;
}

/** Where a connection goes, and how. */
export interface Route {
  /** As given, or the default or the alias's meaning. */
  readonly text: string;
  readonly uri: LibvirtUri;
  readonly transport: Transport;
  /** Whether nobody on the way can read what is sent. */
  readonly isConfidential: boolean;
  readonly environment: ClientEnvironment;
}

/** Reads the URI, the environment and, where it can say something, libvirt.conf; nothing is opened yet. */
export async function findRoute(options: RouteOptions): Promise<Route> {
  const environment = readEnvironment();
  const given = options.uri ?? environment.defaultUri;
  // A whole URI is no alias: connections to a thousand hosts do not read the file a thousand times.
  const isWhole = given?.includes('://') === true;
  const text = isWhole ? given : resolveUri(given, await readClientConfig(environment), environment);
  const uri = parseUri(text);
  const transport = options.transport ?? (await transportOf(uri, options, environment));
  const isKnownSafe = options.transport === undefined && ['unix', 'tls', 'ssh'].includes(uri.transport);
  const isConfidential = options.confidential ?? isKnownSafe;
  return { text, uri, transport, isConfidential, environment };
}

/** Ports of https://www.iana.org/assignments/service-names-port-numbers that libvirt uses. */
const TLS_PORT = 16_514;
const TCP_PORT = 16_509;

async function transportOf(uri: LibvirtUri, options: RouteOptions, environment: ClientEnvironment): Promise<Transport> {
  if (options.socketPath !== undefined) return unixTransport([options.socketPath]);
  const { readonly = false, credentials, proxyJump } = options;
  const { parameters } = uri;
  const host = uri.host === '' ? 'localhost' : uri.host;
  switch (uri.transport) {
    case 'unix':
      return unixTransport(localSockets(uri, readonly, environment));
    case 'tcp':
      return tcpTransport(host, uri.port ?? TCP_PORT);
    case 'tls':
      refusePriority(parameters.tls_priority ?? (await readClientConfig(environment)).tlsPriority);
      return tlsTransport({
        host,
        port: uri.port ?? TLS_PORT,
        verify: !parameters.no_verify,
        pki: () => readClientPki(parameters.pkipath, !parameters.no_sanity, environment),
      });
    case 'ssh':
      return sshTransport({ uri, readonly, environment, credentials, proxyJump });
    case 'ext':
      // parseUri refuses ext without it.
      return extTransport(parameters.command!);
  }
}

/** Priorities are GnuTLS's language; those that mean its or the system's usual choice are honoured by Node's own choice. */
function refusePriority(priority: string | undefined): void {
  if (priority === undefined || /^(NORMAL|(@LIBVIRT,)?@?SYSTEM)$/i.test(priority)) return;
  throw new LibvirtError({
    code: 'INVALID_URI',
    message: `tls_priority '${priority}' is of GnuTLS and cannot be honoured; only NORMAL can. Ciphers are Node's: --tls-cipher-list`,
  });
}
