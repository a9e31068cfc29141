// packages/spice/src/codecs/generated/decoders.ts, made from packages/spice/wasm: `node tools/spice-wasm.ts` writes it, a
// test compares it. The compiler is pinned, so the same sources give the same bytes everywhere.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import asc from 'assemblyscript/asc';
import { root } from './run-command.ts';

const options = [
  'packages/spice/wasm/index.ts',
  ...['--outFile', 'decoders.wasm'],
  ...['--optimizeLevel', '3', '--shrinkLevel', '0', '--converge'],
  // Nothing is allocated and nothing can be thrown: no runtime, and nothing to import.
  ...['--runtime', 'stub', '--noAssert', '--use', 'abort='],
  ...['--enable', 'simd'],
  ...['--baseDir', root],
];

/** The module that holds the decoders as base64. */
export async function decodersModule(): Promise<string> {
  let wasm: Uint8Array | undefined;
  const { error, stderr } = await asc.main(options, {
    writeFile(_name, contents) {
      if (typeof contents !== 'string') wasm = contents;
    },
  });
  // A warning is an error; that the optimizer found no better code in its last round is none.
  const said = stderr.toString();
  if (error || !wasm || said.includes('WARNING')) throw new Error(said, { cause: error });
  return `// Made from packages/spice/wasm by \`node tools/spice-wasm.ts\`; edit those.\nexport const DECODERS =\n  '${Buffer.from(wasm).toString('base64')}';\n`;
}

export const decodersFile = `${root}packages/spice/src/codecs/generated/decoders.ts`;
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  mkdirSync(dirname(decodersFile), { recursive: true });
  writeFileSync(decodersFile, await decodersModule());
}
