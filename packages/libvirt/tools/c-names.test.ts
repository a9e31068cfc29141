import { existsSync, globSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import * as enums from '../src/generated/enums.ts';

const objects = new URL('../src/objects/', import.meta.url).pathname;
/** libvirt's own reference, of Debian's libvirt-doc. */
const reference = '/usr/share/doc/libvirt-doc/html/html';

interface Method {
  /** `Domain.create` */
  readonly name: string;
  /** The functions and the sets of flags that its description names. */
  readonly functions: readonly string[];
  readonly flags: readonly string[];
}

function methodsIn(path: string): Method[] {
  const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const classes = file.statements.filter(ts.isClassDeclaration).filter((each) => isExported(each));
  return classes.flatMap((each) =>
    each.members.filter(isPublicMethod).map((member) => ({
      name: `${each.name!.text}.${member.name.getText()}`,
      functions: descriptionOf(member).match(/\bvir[A-Z]\w+/g) ?? [],
      flags: descriptionOf(member).match(/\b[A-Z]\w+(Flags|Types|Impact)\b/g) ?? [],
    })),
  );
}

const isExported = (each: ts.ClassDeclaration): boolean =>
  each.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;

function isPublicMethod(member: ts.ClassElement): member is ts.MethodDeclaration | ts.GetAccessorDeclaration {
  return (ts.isMethodDeclaration(member) || ts.isGetAccessor(member)) && ts.isIdentifier(member.name);
}

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
    const unknown = methods.flatMap(({ name, functions }) =>
      functions.filter((each) => !known.has(each)).map((each) => `${name}: ${each}`),
    );
    expect(unknown).toEqual([]);
  });
});
