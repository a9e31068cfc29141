import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('corpus/', import.meta.url);

/** Documents that libvirt 9 printed, and one with every construct of XML: name → text. */
export const corpus: ReadonlyMap<string, string> = new Map(
  readdirSync(folder).map((file) => [file.replace(/\.xml$/, ''), readFileSync(new URL(file, folder), 'utf8')]),
);
