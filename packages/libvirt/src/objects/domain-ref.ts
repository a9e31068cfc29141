import type { RemoteNonnullDomain } from '../generated/remote.ts';

/** How the wire names a domain: `name`, `uuid`, and `id`, which is -1 while it does not run. */
export type DomainRef = Readonly<RemoteNonnullDomain>;
