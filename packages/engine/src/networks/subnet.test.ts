import { describe, expect, it } from 'vitest';
import { formatSubnet, freeSubnet, overlap, parseSubnet, type Subnet } from './subnet.rules.ts';

const subnet = (cidr: string): Subnet => {
  const verdict = parseSubnet(cidr);
  if (!verdict.ok) throw new Error(verdict.reason.en);
  return verdict.subnet;
};

describe('a network of private addresses', () => {
  it.each(['10.0.0.0/8', '10.10.0.0/24', '172.16.0.0/12', '192.168.255.248/29'])('takes %s', (cidr) => {
    expect(formatSubnet(subnet(cidr))).toBe(cidr);
  });
  it.each([
    ['8.8.8.0/24', 'private'],
    ['172.32.0.0/16', 'private'],
    ['10.0.0.1/24', '10.0.0.0'],
    ['10.0.0.0/30', '/29'],
    ['10.0.0.0/7', '/8'],
    ['10.0.0/24', 'like'],
    ['010.0.0.0/24', 'like'],
    ['10.0.0.256/29', 'like'],
    ['', 'like'],
  ])('refuses %s and says what would be right', (cidr, hint) => {
    expect(parseSubnet(cidr)).toMatchObject({ ok: false, reason: { en: expect.stringContaining(hint) } });
  });
  it('sees overlaps either way round', () => {
    expect(overlap(subnet('10.0.0.0/8'), subnet('10.9.0.0/24'))).toBe(true);
    expect(overlap(subnet('10.9.0.0/24'), subnet('10.0.0.0/8'))).toBe(true);
    expect(overlap(subnet('10.9.0.0/24'), subnet('10.9.1.0/24'))).toBe(false);
  });
  it('finds the next free one and wraps around', () => {
    expect(formatSubnet(freeSubnet([subnet('192.168.255.0/24')], 255)!)).toBe('192.168.0.0/24');
    expect(freeSubnet([subnet('192.168.0.0/16')], 3)).toBeNull();
  });
});
