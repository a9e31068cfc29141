export type ChecksumAlgorithm = 'sha256' | 'sha512';

const hexDigits: Record<ChecksumAlgorithm, number> = { sha256: 64, sha512: 128 };

/**
 * The checksum (hex, small letters) of `fileName` in a publisher's list, or undefined. Three ways of writing are in use:
 *   GNU   HASH  NAME  or  HASH *NAME        sha256sum(1)
 *   BSD   SHA256 (NAME) = HASH              sha256sum --tag
 *   bare  HASH                              a list for one file; only if nothing else is in it
 */
export function findChecksum(list: string, fileName: string, algorithm: ChecksumAlgorithm): string | undefined {
  const digits = hexDigits[algorithm];
  const hash = `([0-9a-fA-F]{${digits}})`;
  const gnu = new RegExp(`^${hash}\\s+\\*?(?:\\./)?(\\S+)$`);
  const bsd = new RegExp(`^${algorithm} \\((.+)\\) = ${hash}$`, 'i');
  const lines = list.split(/\r?\n/).map((line) => line.trim());
  for (const line of lines) {
    const [, gnuHash, gnuName] = gnu.exec(line) ?? [];
    if (gnuHash !== undefined && gnuName === fileName) return gnuHash.toLowerCase();
    const [, bsdName, bsdHash] = bsd.exec(line) ?? [];
    if (bsdHash !== undefined && bsdName === fileName) return bsdHash.toLowerCase();
  }
  const only = lines.filter((line) => line !== '');
  return only.length === 1 && new RegExp(`^${hash}$`).test(only[0] ?? '') ? only[0]?.toLowerCase() : undefined;
}
