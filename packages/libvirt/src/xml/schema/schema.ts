import { parsePattern } from './notation.ts';
import { choice, type DataType, type Pattern } from './pattern.ts';
import { type Shape, shapeOf } from './shape.ts';

/** What a generated table holds: data alone, so that a bundler drops the kinds of documents that are not used. */
export interface SchemaTable {
  /** Type of element → its name, a space, its content in our notation. */
  readonly types: Readonly<Record<string, string>>;
  /** Data type → its rule; or the words that it may be, in our notation. */
  readonly data: Readonly<Record<string, DataType | string>>;
  /** Prefix → URI, for names such as `qemu:commandline`. */
  readonly namespaces: Readonly<Record<string, string>>;
  /** Tables with types that this one refers to. */
  readonly uses: readonly SchemaTable[];
}

/** A table, parsed where it is used: a document needs a small part of it. */
export class Schema {
  readonly #types: Readonly<Record<string, string>>;
  readonly #rules: Readonly<Record<string, DataType | string>>;
  /** URI → prefix. */
  readonly prefixes: ReadonlyMap<string, string>;
  readonly #contents = new Map<string, Pattern>();
  readonly #data = new Map<string, DataType | Pattern>();
  readonly #shapes = new Map<string, Shape>();

  constructor(table: SchemaTable) {
    const tables = closure(table);
    this.#types = Object.assign({}, ...tables.map(({ types }) => types));
    this.#rules = Object.assign({}, ...tables.map(({ data }) => data));
    this.prefixes = new Map(
      tables.flatMap(({ namespaces }) => Object.entries(namespaces).map(([prefix, uri]) => [uri, prefix])),
    );
  }

  /** With the prefix of libvirt's documentation, if it has a namespace. */
  nameOf(type: string): string {
    const row = this.#types[type]!;
    return row.slice(0, row.indexOf(' '));
  }

  contentOf(type: string): Pattern {
    return remembered(this.#contents, type, () => {
      const row = this.#types[type]!;
      return parsePattern(row.slice(row.indexOf(' ') + 1));
    });
  }

  readonly dataOf = (name: string): DataType | Pattern =>
    remembered(this.#data, name, () => {
      const rule = this.#rules[name]!;
      return typeof rule === 'string' ? parsePattern(rule) : rule;
    });

  /** One shape for all types that an element may be of at its place. */
  shapeOf(types: readonly string[]): Shape {
    return remembered(this.#shapes, types.join(' '), () =>
      shapeOf(
        this.nameOf(types[0]!),
        types.map((type) => this.contentOf(type)),
        (type) => this.nameOf(type),
      ),
    );
  }

  /** The words of a text's pattern, choices that have a name included. */
  words(pattern: Pattern): Pattern {
    if (pattern.kind === 'choice') return choice(...pattern.of.map((each) => this.words(each)));
    const type = pattern.kind === 'data' ? this.dataOf(pattern.type) : undefined;
    return type && 'kind' in type ? this.words(type) : pattern;
  }
}

const schemas = new WeakMap<SchemaTable, Schema>();

export function schemaOf(table: SchemaTable): Schema {
  const known = schemas.get(table);
  if (known) return known;
  const made = new Schema(table);
  schemas.set(table, made);
  return made;
}

function closure(table: SchemaTable): SchemaTable[] {
  return [...new Set([table, ...table.uses.flatMap(closure)])];
}

function remembered<Value>(known: Map<string, Value>, key: string, make: () => Value): Value {
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = make();
  known.set(key, made);
  return made;
}
