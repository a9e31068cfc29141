import { existsSync, globSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import * as enums from '../src/generated/enums.ts';
import { procedures } from '../src/generated/procedures.ts';

const root = new URL('../src/', import.meta.url).pathname;
const objects = `${root}objects/`;
/** libvirt's own reference, of Debian's libvirt-doc. */
const reference = '/usr/share/doc/libvirt-doc/html/html';

interface Method {
  /** `Domain.create` */
  readonly name: string;
  /** The functions and the sets of flags that its description names. */
  readonly functions: readonly string[];
  readonly flags: readonly string[];
}

const parse = (path: string) => ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);

/** What index.ts exports, as a value or as a type. */
const exported = new Set(
  parse(`${root}index.ts`)
    .statements.filter(ts.isExportDeclaration)
    .flatMap(({ exportClause }) => (exportClause && ts.isNamedExports(exportClause) ? exportClause.elements : []))
    .map(({ name }) => name.text),
);

function methodsIn(path: string): Method[] {
  const classes = parse(path).statements.filter(ts.isClassDeclaration);
  return classes
    .filter(({ name }) => exported.has(name!.text))
    .flatMap((each) =>
      each.members.filter(isPublicMethod).map((member) => ({
        name: `${each.name!.text}.${member.name.getText()}`,
        functions: descriptionOf(member).match(/\bvir[A-Z]\w+/g) ?? [],
        flags: descriptionOf(member).match(/\b[A-Z]\w+(Flags|Types|Impact)\b/g) ?? [],
      })),
    );
}

const isPublicMethod = (member: ts.ClassElement): member is ts.MethodDeclaration =>
  ts.isMethodDeclaration(member) && ts.isIdentifier(member.name);

const descriptionOf = (node: ts.Node): string =>
  ts
    .getJSDocCommentsAndTags(node)
    .map((each) => each.getText())
    .join('\n');

const methods = globSync('*.ts', { cwd: objects })
  .filter((name) => !name.endsWith('.test.ts'))
  .flatMap((name) => methodsIn(objects + name));

function obstacle(): string | undefined {
  const reason = existsSync(reference) ? undefined : 'libvirt-doc is not installed';
  if (reason !== undefined && process.env['CI'] === 'true') throw new Error(`names cannot be looked up: ${reason}`);
  if (reason !== undefined) console.warn(`names are not looked up: ${reason}`);
  return reason;
}

describe('every method of the objects', () => {
  test("names libvirt's own function for it", () => {
    expect(methods.length).toBeGreaterThan(100);
    expect(methods.filter(({ functions }) => functions.length === 0).map(({ name }) => name)).toEqual([]);
  });

  test('names flags that there are', () => {
    const unknown = methods.flatMap(({ name, flags }) =>
      flags.filter((each) => !(each in enums)).map((each) => [name, each]),
    );
    expect(unknown).toEqual([]);
  });

  test.skipIf(obstacle() !== undefined)('names functions that there are', () => {
    const pages = globSync('libvirt-libvirt-*.html', { cwd: reference });
    const known = new Set(
      pages.flatMap((page) =>
        // The synopsis: return type, link to the description, arguments.
        [...readFileSync(`${reference}/${page}`, 'utf8').matchAll(/<a href="#(vir\w+)">\1<\/a>\s*\(/g)].map(
          ([, name]) => name!,
        ),
      ),
    );
    expect(known.size).toBeGreaterThan(400);
    // Those that came later are called as the procedures of the protocol, which is newer.
    for (const name of Object.keys(procedures)) known.add(`vir${name[0]!.toUpperCase()}${name.slice(1)}`);
    const unknown = methods.flatMap(({ name, functions }) =>
      functions.filter((each) => !known.has(each)).map((each) => `${name}: ${each}`),
    );
    expect(unknown).toEqual([]);
  });
});
