import { type Text, text } from '@domus/contract';
/** IPv4 addresses as unsigned 32-bit numbers. */
export function parseAddress(text: string): number | null {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) return null;
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
}
export const formatAddress = (value: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');

export interface Subnet {
  network: number;
  prefix: number;
}
export const sizeOf = (subnet: Subnet): number => 2 ** (32 - subnet.prefix);
export const formatSubnet = (subnet: Subnet): string => `${formatAddress(subnet.network)}/${subnet.prefix}`;
export const overlap = (a: Subnet, b: Subnet): boolean =>
  a.network < b.network + sizeOf(b) && b.network < a.network + sizeOf(a);
const contains = (outer: Subnet, inner: Subnet): boolean =>
  inner.network >= outer.network && inner.network + sizeOf(inner) <= outer.network + sizeOf(outer);

/** RFC 1918. */
const privateRanges: readonly Subnet[] = [
  { network: 10 * 2 ** 24, prefix: 8 },
  { network: 172 * 2 ** 24 + 16 * 2 ** 16, prefix: 12 },
  { network: 192 * 2 ** 24 + 168 * 2 ** 16, prefix: 16 },
];

export type SubnetVerdict = { ok: true; subnet: Subnet } | { ok: false; reason: Text };

/** Reads a network of private addresses; the reason says what would be right. */
export function parseSubnet(cidr: string): SubnetVerdict {
  const [address = '', bits = ''] = cidr.split('/');
  const value = parseAddress(address);
  const prefix = Number(bits);
  if (value === null || !/^\d{1,2}$/.test(bits))
    return {
      ok: false,
      reason: text('expected an IPv4 network like 10.10.0.0/24', '应为 IPv4 网段，例如 10.10.0.0/24'),
    };
  if (prefix < 8 || prefix > 29)
    return { ok: false, reason: text('expected a prefix from /8 to /29', '前缀应在 /8 到 /29 之间') };
  const subnet = { network: value, prefix };
  if (value % sizeOf(subnet) !== 0)
    return {
      ok: false,
      reason: text(
        `${address} is not the first address of a /${prefix}; that is ${formatAddress(value - (value % sizeOf(subnet)))}`,
        `${address} 不是 /${prefix} 网段的首地址；首地址是 ${formatAddress(value - (value % sizeOf(subnet)))}`,
      ),
    };
  if (!privateRanges.some((range) => contains(range, subnet)))
    return {
      ok: false,
      reason: text(
        'expected private addresses: 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16',
        '应为私有地址：10.0.0.0/8、172.16.0.0/12 或 192.168.0.0/16',
      ),
    };
  return { ok: true, subnet };
}

/** The first free /24 of 192.168.0.0/16, tried from a start that differs from site to site; null where all are taken. */
export function freeSubnet(taken: readonly Subnet[], start: number): Subnet | null {
  for (let step = 0; step < 256; step++) {
    const candidate = { network: 192 * 2 ** 24 + 168 * 2 ** 16 + ((start + step) % 256) * 256, prefix: 24 };
    if (!taken.some((each) => overlap(each, candidate))) return candidate;
  }
  return null;
}
