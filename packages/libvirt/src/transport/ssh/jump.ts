import { LibvirtError } from '../../errors.ts';
import type { SessionTarget } from './session.ts';

/** `[user@]host[:port]`, several with commas, the first reached first; as OpenSSH's ProxyJump. Throws INVALID_URI. */
export function parseJumps(text: string | undefined, defaultUser: string): SessionTarget[] {
  if (text === undefined) return [];
  return text.split(',').map((hop) => {
    const match = /^(?:ssh:\/\/)?(?:([^@:/]+)@)?(?:\[([^\]]+)\]|([^@:/[\]]+))(?::(\d+))?$/.exec(hop);
    const port = Number(match?.[4] ?? 22);
    if (!match || port < 1 || port > 65_535) {
      throw new LibvirtError({ code: 'INVALID_URI', message: `proxyJump: '${hop}' must look like user@host:port` });
    }
    return { host: match[2] ?? match[3]!, port, user: match[1] ?? defaultUser };
  });
}
