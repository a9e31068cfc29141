import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';

const root = new URL('..', import.meta.url).pathname;
const documents = ['README.md', ...globSync('docs/*.md', { cwd: root })];

/** What code in documents may use without saying where it comes from. */
const names = `
import type * as libvirt from '@domus/libvirt';
declare global {
  const connect: typeof libvirt.connect;
  const enums: typeof libvirt.enums;
  const isLibvirtError: typeof libvirt.isLibvirtError;
  const readDomain: typeof libvirt.readDomain;
  const connection: libvirt.Connection;
  const target: libvirt.Connection;
  const domain: libvirt.Domain;
  const uri: string, uuid: string, xml: string, command: string;
}
`;

/** Blocks of TypeScript, and the code in the last column of tables, which is ours. */
function codeIn(document: string): string[] {
  const text = readFileSync(join(root, document), 'utf8');
  const blocks = [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code!);
  const cells = [...text.matchAll(/^\|.*\|([^|]+)\|$/gm)].map(([, cell]) => cell!);
  const spans = cells.flatMap((cell) => [...cell.matchAll(/`(await [^`]+|\(await [^`]+)`/g)].map(([, code]) => code!));
  return [...blocks, ...spans];
}

test('the code in README and docs has right types', () => {
  const files = new Map([[join(root, 'examples/names.ts'), names]]);
  for (const document of documents) {
    const codes = codeIn(document);
    expect(codes.length, document).toBeGreaterThan(0);
    codes.forEach((code, index) => {
      files.set(join(root, `examples/${document.replaceAll('/', '-')}-${index}.ts`), `${code}\nexport {};\n`);
    });
  }
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile) as { config: object };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.readFile = (path) => files.get(path) ?? readFile(path);
  const program = ts.createProgram([...files.keys()], options, host);
  const problems = [...files.keys()].flatMap((path) => {
    const file = program.getSourceFile(path)!;
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
      ({ messageText, start = 0 }) => {
        const line = file.text.split('\n')[ts.getLineAndCharacterOfPosition(file, start).line];
        return `${ts.flattenDiagnosticMessageText(messageText, '\n')}: ${line}`;
      },
    );
  });
  expect(problems).toEqual([]);
});
