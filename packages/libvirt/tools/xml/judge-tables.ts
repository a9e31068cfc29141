/** For tests: documents drawn from the tables, built again by the library, and judged by libxml2 with libvirt's schemas. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { checkXml, parseXml, plainOf, writeXml, type XmlElement } from '../../src/xml/index.ts';
import { buildDocument, type DocumentKind, readDocument } from '../../src/xml/schema/document.ts';
import { type SchemaTable, schemaOf } from '../../src/xml/schema/schema.ts';
import { RandomDocument } from '../../src/xml/testing/random-document.ts';
import { xmllint } from '../../src/xml/testing/xmllint.ts';
import { KINDS, type Kind, makeTables } from './make-tables.ts';

/** Another libvirt's schemas can be named, to judge the tables that are made from these. */
export const SCHEMAS = process.env['DOMUS_LIBVIRT_SCHEMAS'] ?? '/usr/share/libvirt/schemas';

/** Why these tests are skipped here; under CI that is a failure. */
export function schemasObstacle(): string | undefined {
  const path = (process.env['PATH'] ?? '').split(':').some((folder) => existsSync(join(folder, 'xmllint')));
  const reason = !existsSync(SCHEMAS) ? `no ${SCHEMAS}` : path ? undefined : 'no xmllint (libxml2-utils)';
  if (reason !== undefined && process.env['CI'] === 'true')
    throw new Error(`tests of XML tables cannot run: ${reason}`);
  if (reason !== undefined) console.warn(`tests of XML tables skipped: ${reason}`);
  return reason;
}

/** libxml2's time doubles with every attribute of a packet filter's <stp>, which has 28: it gets few of them. */
const RARITY: Partial<Record<Kind, number>> = { nwfilter: 4 };

/** By the schema of libvirt 9 libxml2 refuses every <devnode>, libvirt's own documents included. */
const MISJUDGED: Partial<Record<Kind, RegExp>> = { nodeDevice: /<devnode/ };

export function judgeTables() {
  const { tables } = makeTables(SCHEMAS);
  const named = new Map<string, SchemaTable>();
  // Tables come before those that use them: `shared`, `domain`, the others.
  for (const { name, types, data, namespaces, uses } of tables)
    named.set(name, { types, data, namespaces, uses: uses.map((each) => named.get(each)!) });

  return async (kind: Kind, documents: number): Promise<{ documents: number; valid: number }> => {
    const { root } = tables.find(({ name }) => name === kind)!;
    const document: DocumentKind<object> = { table: named.get(kind)!, root: root!.type };
    const built: string[] = [];
    fc.assert(
      fc.property(fc.gen(), (draw) => {
        const drawn = new RandomDocument(schemaOf(document.table), draw, RARITY[kind]).element(root!.type);
        built.push(rebuild(document, writeXml(drawn)));
      }),
      { numRuns: documents },
    );
    const { valid, output } = await xmllint(join(SCHEMAS, `${KINDS[kind]}.rng`), built);
    const fine = built.map((text, n) => valid[n] || (MISJUDGED[kind]?.test(text) ?? false));
    const bad = fine.indexOf(false);
    if (bad >= 0)
      throw new Error(`${built[bad]}\n${output.split('\n').filter((line) => !line.endsWith(' validates'))[0]}`);
    return { documents: built.length, valid: fine.length };
  };
}

/** Reads a document, builds one from its plain object, and compares. */
function rebuild(document: DocumentKind<object>, text: string): string {
  const view = readDocument(document, text);
  const mismatch = checkXml(view);
  if (mismatch) throw new Error(`${mismatch.path}: ${mismatch.message}\n${text}`);
  const plain = plainOf(view);
  const built = buildDocument(document, plain);
  const again = comparable(plainOf(readDocument(document, built)));
  if (again !== comparable(plain)) throw new Error(`${comparable(plain)}\n${again}`);
  if (writeXml(parseXml(built)) !== built) throw new Error(`not written as it was: ${built}`);
  return built;
}

/** White space between elements is added for people. */
function comparable(plain: object): string {
  return JSON.stringify(plain, (key, value: unknown) =>
    key === 'children' ? withoutBlanks(value as XmlElement['children']) : value,
  );
}

function withoutBlanks(nodes: XmlElement['children']): XmlElement['children'] {
  return nodes.filter((each) => each.type !== 'text' || each.text.trim() !== '');
}
