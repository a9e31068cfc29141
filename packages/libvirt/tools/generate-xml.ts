/**
 * Writes src/generated/xml/ from the RELAX NG schemas of an installed libvirt:
 *
 *     node tools/generate-xml.ts FOLDER VERSION      e.g. /usr/share/libvirt/schemas 11.3.0
 *
 * The output is committed; the newest schemas that Debian has are the best ones, since libvirt only adds to them.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { emitXml } from './xml/emit.ts';

/** Tells schemas apart whatever the version of the package that ships them. */
export function fingerprint(folder: string): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(folder).sort())
    if (name.endsWith('.rng')) hash.update(readFileSync(join(folder, name)));
  return hash.digest('hex').slice(0, 16);
}

if (import.meta.main) {
  const [schemas, version] = process.argv.slice(2);
  if (schemas === undefined || version === undefined) throw new Error('usage: generate-xml.ts FOLDER VERSION');
  const folder = new URL('../src/generated/xml/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of emitXml(schemas, `libvirt ${version} (${fingerprint(schemas)})`))
    writeFileSync(new URL(name, folder), text);
}
