import { type Hyper, toNumber } from './xdr/index.ts';

export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly release: number;
}

/** libvirt's version numbers: 1,000,000 · major + 1,000 · minor + release. */
export function packedVersion(packed: Hyper): Version {
  const number = toNumber(packed);
  return { major: Math.floor(number / 1_000_000), minor: Math.floor(number / 1000) % 1000, release: number % 1000 };
}
