import { LibvirtError } from '../errors.ts';
import type { Transport } from './transport.ts';
import { unixTransport } from './unix.ts';
import { type LibvirtUri, localSocketPaths } from './uri.ts';

/** The transport of a URI for a daemon on this machine. */
export function localTransport(
  uri: LibvirtUri,
  options: { readonly socketPath?: string | undefined; readonly readonly?: boolean | undefined },
): Transport {
  if (options.socketPath !== undefined) return unixTransport([options.socketPath]);
  if (uri.transport !== 'unix') {
    throw new LibvirtError({
      code: 'INVALID_URI',
      message: `no transport '${uri.transport}': give one in the options`,
    });
  }
  const environment = {
    readonly: options.readonly ?? false,
    runtimeFolder: process.env['XDG_RUNTIME_DIR'],
    isRoot: process.getuid?.() === 0,
  };
  return unixTransport(localSocketPaths(uri, environment));
}
