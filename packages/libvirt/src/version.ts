import { type Hyper, toNumber } from './xdr/index.ts';

/** A version of libvirt or of a hypervisor. */
export interface Version {
  /** The 11 of 11.3.0. */
  readonly major: number;
  /** The 3 of 11.3.0. */
  readonly minor: number;
  /** The 0 of 11.3.0. */
  readonly release: number;
}

/** libvirt's version numbers: 1,000,000 · major + 1,000 · minor + release. */
export function packedVersion(packed: Hyper): Version {
  const number = toNumber(packed);
  return { major: Math.floor(number / 1_000_000), minor: Math.floor(number / 1000) % 1000, release: number % 1000 };
}
