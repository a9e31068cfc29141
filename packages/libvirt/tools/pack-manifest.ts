// In the repository `exports` names the sources, in the package what tsc makes of them. npm has no setting for that, so
// `npm pack` runs this before (`publish`) and after (`restore`); what an interrupted run left is put right by the next.
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

const manifest = new URL('../package.json', import.meta.url);
const kept = new URL('../.cache/package.json', import.meta.url);

interface Manifest {
  exports: Record<string, string>;
  scripts?: unknown;
  devDependencies?: unknown;
}

if (existsSync(kept)) renameSync(kept, manifest);
if (process.argv[2] === 'publish') {
  mkdirSync(new URL('.', kept), { recursive: true });
  copyFileSync(manifest, kept);
  const { scripts: _, devDependencies: __, ...rest } = JSON.parse(readFileSync(manifest, 'utf8')) as Manifest;
  writeFileSync(manifest, `${JSON.stringify({ ...rest, exports: built(rest.exports) }, null, 2)}\n`);
}

/** `./src/index.ts` → `./dist/index.d.ts` and `./dist/index.js` */
function built(exports: Record<string, string>) {
  const entries = Object.entries(exports).map(([name, source]) => {
    const path = source.replace('./src/', './dist/').replace(/\.ts$/, '');
    return [name, { types: `${path}.d.ts`, default: `${path}.js` }];
  });
  return { ...Object.fromEntries(entries), './package.json': './package.json' };
}
