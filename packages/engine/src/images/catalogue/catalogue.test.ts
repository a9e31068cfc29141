import { describe, expect, it } from 'vitest';
import { catalogue } from './catalogue.ts';
import { findChecksum } from './checksums.rules.ts';

const sha256 = 'ab'.repeat(32);
const sha512 = 'cd'.repeat(64);

describe('findChecksum', () => {
  it('reads the lists that publishers offer', () => {
    const file = 'image.qcow2';
    expect(findChecksum(`${sha512}  ${file}\n`, file, 'sha512')).toBe(sha512);
    expect(findChecksum(`# comment\n${sha256} *${file}\n`, file, 'sha256')).toBe(sha256);
    expect(findChecksum(`# ${file}: 12 bytes\nSHA256 (${file}) = ${sha256.toUpperCase()}\n`, file, 'sha256')).toBe(
      sha256,
    );
    expect(findChecksum(`${sha512}\n`, file, 'sha512')).toBe(sha512);
  });

  it('takes neither another file nor another algorithm', () => {
    expect(findChecksum(`${sha256}  my-image.qcow2\n`, 'image.qcow2', 'sha256')).toBeUndefined();
    expect(findChecksum(`SHA256 (image.qcow2) = ${sha256}\n`, 'image.qcow2', 'sha512')).toBeUndefined();
    expect(findChecksum(`${sha256}\n${sha256}\n`, 'image.qcow2', 'sha256')).toBeUndefined();
  });
});

describe('catalogue', () => {
  it('has one name for each image and encrypted addresses only', () => {
    expect(new Set(catalogue.map(({ id }) => id)).size).toBe(catalogue.length);
    for (const { url, checksum } of catalogue) {
      expect(new URL(url).protocol).toBe('https:');
      expect(new URL(checksum.url).protocol).toBe('https:');
    }
  });
});
