import { printPattern } from '../../src/xml/schema/notation.ts';
import type { DataType, Pattern } from '../../src/xml/schema/pattern.ts';
import { RngReader } from './rng.ts';
import { type Merged, minimise, nameShapes, referred, type TypeRow, typeNames } from './tables.ts';

/** Kind of document → schema of libvirt. */
export const KINDS = {
  domain: 'domain',
  snapshot: 'domainsnapshot',
  checkpoint: 'domaincheckpoint',
  backup: 'domainbackup',
  capabilities: 'capability',
  domainCapabilities: 'domaincaps',
  network: 'network',
  storagePool: 'storagepool',
  storageVolume: 'storagevol',
  nodeDevice: 'nodedev',
  nwfilter: 'nwfilter',
  secret: 'secret',
} as const;
export type Kind = keyof typeof KINDS;
export const kinds = Object.keys(KINDS) as Kind[];

/** These hold whole domains; what other kinds have in common is in a table of its own. */
const WITH_DOMAINS: readonly Kind[] = ['domain', 'snapshot', 'checkpoint'];

/** One table to be, as `SchemaTable`. */
export interface MadeTable {
  readonly name: Kind | 'shared';
  readonly types: Record<string, string>;
  readonly data: Record<string, DataType | string>;
  readonly namespaces: Record<string, string>;
  /** Names of other tables. */
  readonly uses: readonly string[];
  /** Type and interface of the outermost element. */
  readonly root: { readonly type: string; readonly shape: string } | undefined;
}

export interface Made {
  readonly tables: readonly MadeTable[];
  readonly shapes: ReadonlyMap<string, Merged>;
  readonly reader: RngReader;
}

/** The tables of all kinds from a folder of libvirt's schemas. */
export function makeTables(folder: string): Made {
  const reader = new RngReader(folder);
  const starts = kinds.map((kind) => reader.start(`${KINDS[kind]}.rng`));
  const rows = minimise(reader.elements);
  const roots = new Map(kinds.map((kind, n) => [kind as string, rootRow(starts[n]!, rows)]));
  const shapes = nameShapes([...roots.values()], rows, new Set(['XmlElement']));
  const types = typeNames(shapes, rows);
  const data = reader.dataNames();
  const rename = { type: (id: string) => types.get(id)!, data: (key: string) => data.get(key)! };

  const reach = new Map(kinds.map((kind) => [kind, reachable(roots.get(kind)!, rows, reader)]));
  const home = (item: string): MadeTable['name'] => {
    const users = kinds.filter((kind) => reach.get(kind)!.has(item));
    if (users.length === 1) return users[0]!;
    return users.every((kind) => WITH_DOMAINS.includes(kind)) && users.includes('domain') ? 'domain' : 'shared';
  };
  const homes = new Map(
    [...new Set([...reach.values()].flatMap((each) => [...each]))].map((item) => [item, home(item)]),
  );
  const tables = (['shared', ...kinds] as const).map((name): MadeTable => {
    const own = [...homes].flatMap(([item, at]) => (at === name ? [item] : []));
    const elements = own.filter((item) => !item.startsWith('$')).map((id) => rows.get(id)!);
    const print = (pattern: Pattern) => printPattern(pattern, rename.type, rename.data);
    const rules = own.flatMap((item): [string, DataType | string][] => {
      if (!item.startsWith('$')) return [];
      const rule = reader.data.get(item.slice(1))!;
      return [[rename.data(item.slice(1)), 'kind' in rule ? print(rule) : rule]];
    });
    const uses = name === 'shared' ? [] : [...reach.get(name)!].map((item) => homes.get(item)!);
    const root = roots.get(name);
    return {
      name,
      types: sorted(elements.map((row) => [rename.type(row.id), `${row.name} ${print(row.content)}`])),
      data: sorted(rules),
      namespaces: Object.fromEntries(
        [...reader.namespaces].filter(([prefix]) => elements.some((row) => row.name.startsWith(`${prefix}:`))),
      ),
      uses: [...new Set(uses)].filter((each) => each !== name).sort(),
      root: root && { type: rename.type(root.id), shape: shapes.get(root.id)!.name },
    };
  });
  return { tables, shapes, reader };
}

function rootRow(start: Pattern, rows: ReadonlyMap<string, TypeRow>): TypeRow {
  if (start.kind !== 'element') throw new Error('a schema does not start with an element');
  return rows.get(`#${start.type}`)!;
}

/** Ids of elements, and rules of data types after a `$`. */
function reachable(root: TypeRow, rows: ReadonlyMap<string, TypeRow>, reader: RngReader): Set<string> {
  const found = new Set<string>();
  const visit = (pattern: Pattern): void => {
    const { elements, data } = referred(pattern);
    for (const each of data) {
      const rule = reader.data.get(each)!;
      if (!found.has(`$${each}`) && 'kind' in rule) visit(rule);
      found.add(`$${each}`);
    }
    for (const id of elements) {
      if (found.has(id)) continue;
      found.add(id);
      visit(rows.get(id)!.content);
    }
  };
  visit({ kind: 'element', type: root.id });
  return found;
}

function sorted<Value>(entries: (readonly [string, Value])[]): Record<string, Value> {
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
