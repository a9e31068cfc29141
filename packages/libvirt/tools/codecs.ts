import { typeName } from './names.ts';
import type { Field, Program, Table, Union } from './table.ts';

/** How one type is written in TypeScript, read from the wire and written to it. */
interface Codec {
  type: string;
  read: string;
  write: (value: string) => string;
  /** Reader and writer function, where the type has its own. */
  uses: string[];
}

const NUMBERS = new Set(['int', 'uint', 'char', 'uchar', 'ushort', 'double']);
const HYPERS = new Set(['hyper', 'uhyper']);

/** Generates the file of one program: an interface, a reader and a writer for each struct and union. */
export class CodecWriter {
  readonly #table: Table;
  readonly #programName: string;
  readonly #program: Program;
  readonly #foreign = new Map<string, Set<string>>();
  readonly #xdrValues = new Set<string>();

  constructor(table: Table, programName: string) {
    this.#table = table;
    this.#programName = programName;
    this.#program = table.programs[programName]!;
  }

  file(): string {
    const bodies = [
      ...Object.entries(this.#program.unions).map(([name, union]) => this.#union(name, union)),
      ...Object.entries(this.#program.structs).map(([name, fields]) => this.#struct(name, fields)),
    ].join('\n');
    const xdr = [...this.#xdrValues].sort();
    const imports = [`import { ${[...xdr, 'type XdrReader', 'type XdrWriter'].join(', ')} } from '../xdr/index.ts';`];
    for (const [program, names] of this.#foreign) {
      imports.push(`import { ${[...names].sort().join(', ')} } from './${program}.ts';`);
    }
    return `${imports.join('\n')}\n\n${bodies}`;
  }

  #struct(name: string, fields: Field[]): string {
    const type = typeName(name);
    const codecs = fields.map((field) => ({
      field,
      codec: field.name === 'field' ? this.#nameOf(field) : this.#codec(field),
    }));
    const members = codecs.map(({ field, codec }) => `  ${field.name}: ${codec.type};`).join('\n');
    const reads = codecs.map(({ field, codec }) => `    ${field.name}: ${codec.read},`).join('\n');
    const writes = codecs.map(({ field, codec }) => `  ${codec.write(`value.${field.name}`)};`).join('\n');
    return [
      `export interface ${type} {\n${members}\n}`,
      `export function read${type}(reader: XdrReader): ${type} {\n  return {\n${reads}\n  };\n}`,
      `export function write${type}(writer: XdrWriter, value: ${type}): void {\n${writes}\n}\n`,
    ].join('\n');
  }

  #union(name: string, union: Union): string {
    const type = typeName(name);
    const arms = union.cases.map((arm) => ({ arm, codec: this.#codec(arm.field) }));
    const members = arms.map(({ arm, codec }) => `  | { type: ${arm.case}; value: ${codec.type} } // ${arm.label}`);
    const reads = arms.map(({ arm, codec }) => `    case ${arm.case}:\n      return { type, value: ${codec.read} };`);
    const writes = arms.map(({ arm, codec }) => `    case ${arm.case}:\n      return ${codec.write('value.value')};`);
    return [
      `export type ${type} =\n${members.join('\n')};`,
      `export function read${type}(reader: XdrReader): ${type} {\n  const type = reader.int();\n  switch (type) {\n${reads.join('\n')}\n    default:\n      return reader.fail(\`unknown ${name} \${type}\`);\n  }\n}`,
      `export function write${type}(writer: XdrWriter, value: ${type}): void {\n  writer.int(value.type);\n  switch (value.type) {\n${writes.join('\n')}\n  }\n}\n`,
    ].join('\n');
  }

  #codec(field: Omit<Field, 'name'>): Codec {
    if (field.type === 'opaque' && field.fixed === 16) return scalar('string', 'uuid');
    if (field.type === 'opaque' && field.max !== undefined) return limited('Uint8Array', 'opaque', field.max);
    if (field.type === 'string' && field.max !== undefined) return limited('string', 'string', field.max);
    if (field.type === 'char' && field.fixed !== undefined) return fixedChars(field.fixed);
    if (field.type === 'char' && field.max !== undefined) return chars(field.max);
    const { max, ...item } = field;
    if (max !== undefined) return this.#list(item, max);
    if (NUMBERS.has(field.type)) return scalar('number', field.type);
    if (HYPERS.has(field.type)) {
      this.#xdrValues.add('type Hyper');
      return scalar('Hyper', field.type);
    }
    return this.#named(field.type);
  }

  /** `field` is the name of a statistic or parameter: a few hundred texts, sent by the thousand. */
  #nameOf(field: Field): Codec {
    const codec = this.#codec(field);
    return { ...codec, read: codec.read.replace('reader.string', 'reader.name') };
  }

  #list(item: Omit<Field, 'name'>, max: number): Codec {
    const codec = this.#codec(item);
    this.#xdrValues.add('readList').add('writeList');
    const read = codec.uses[0] ?? `(from) => ${codec.read.replace('reader.', 'from.')}`;
    const write = codec.uses[1] ?? `(to, item) => ${codec.write('item').replace('writer.', 'to.')}`;
    return {
      type: `${codec.type}[]`,
      read: `readList(reader, ${max}, ${read})`,
      write: (value) => `writeList(writer, ${value}, ${max}, ${write})`,
      uses: [],
    };
  }

  /** A typedef, enum, struct or union by its name, perhaps of another program. */
  #named(name: string): Codec {
    const home =
      name in this.#program.structs ||
      name in this.#program.typedefs ||
      name in this.#program.unions ||
      name in this.#program.enums;
    const program = home ? this.#program : this.#table.programs['remote']!;
    const typedef = program.typedefs[name];
    if (typedef) return this.#typedef(typedef);
    if (name in program.enums) return scalar('number', 'int');
    if (!(name in program.structs) && !(name in program.unions))
      throw new Error(`${this.#programName}: unknown type ${name}`);
    const type = typeName(name);
    const [read, write] = [`read${type}`, `write${type}`];
    if (!home) {
      const names = this.#foreign.get('remote') ?? new Set<string>();
      this.#foreign.set('remote', names.add(`type ${type}`).add(read).add(write));
    }
    return { type, read: `${read}(reader)`, write: (value) => `${write}(writer, ${value})`, uses: [read, write] };
  }

  #typedef(typedef: Omit<Field, 'name'>): Codec {
    const { optional, ...plain } = typedef;
    const codec = this.#codec(plain);
    if (!optional) return codec;
    const limit = /^reader\.string\((\d+)\)$/.exec(codec.read)?.[1];
    if (limit !== undefined) return limited('string | null', 'optionalString', Number(limit));
    return {
      type: `${codec.type} | null`,
      read: `reader.present() ? ${codec.read} : null`,
      write: (value) => `writer.optional(${value}, ${codec.uses[1]!})`,
      uses: [],
    };
  }
}

const scalar = (type: string, method: string): Codec => ({
  type,
  read: `reader.${method}()`,
  write: (value) => `writer.${method}(${value})`,
  uses: [],
});

const limited = (type: string, method: string, limit: number): Codec => ({
  type,
  read: `reader.${method}(${limit})`,
  write: (value) => `writer.${method}(${value}, ${limit})`,
  uses: [],
});

const chars = (limit: number): Codec => limited('Uint8Array', 'chars', limit);

const fixedChars = (count: number): Codec => limited('Uint8Array', 'fixedChars', count);
