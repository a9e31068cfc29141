import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { expect, test } from 'vitest';

const root = new URL('..', import.meta.url).pathname;
const readme = readFileSync(`${root}README.md`, 'utf8');

/** What a bundler makes of a program that uses nothing but this of the package. */
async function bundle(name: string): Promise<string> {
  const entry = `${root}entry.ts`;
  const build = await rolldown({
    input: entry,
    platform: 'node',
    external: ['ssh2'],
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === entry ? id : null),
        load: (id) => (id === entry ? `export { ${name} } from '@domus/libvirt';` : null),
      },
    ],
  });
  const { output } = await build.generate({ format: 'esm', minify: true, codeSplitting: false });
  await build.close();
  return output[0].code;
}

const kB = (bytes: number) => Math.round(bytes / 1000);

/** README's `NAME`… 123 kB (45 kB gzip). */
function told(name: string): { minified: number; gzip: number } {
  const [, minified, gzip] = RegExp(`\`${name}\`[^\`]*? (\\d+) kB \\((\\d+) kB gzip\\)`, 's').exec(readme)!;
  return { minified: Number(minified), gzip: Number(gzip) };
}

test.each(['connect', 'readDomain'])('%s weighs what README tells', async (name) => {
  const code = await bundle(name);
  const sizes = { minified: kB(Buffer.byteLength(code)), gzip: kB(gzipSync(code).length) };
  console.log(`${name}: ${sizes.minified} kB, ${sizes.gzip} kB gzip`);
  for (const each of ['minified', 'gzip'] as const) {
    expect(Math.abs(sizes[each] / told(name)[each] - 1), each).toBeLessThan(0.1);
  }
});

test('who only reads XML gets no network', async () => {
  expect(await bundle('connect')).toMatch(/from"node:net"/);
  expect(await bundle('readDomain')).not.toMatch(/from"/);
});
