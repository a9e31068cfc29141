import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageProgram, root } from './run-command.ts';

const engine = 'packages/engine/src';
const imports = (path: string) => `import '${path}';\n`;

/** One bad import for each rule: the file that has it, what it imports. */
const bad: readonly [rule: string, file: string, imported: string][] = [
  ['no-cycles', `${engine}/storage/a.ts`, './b.ts'],
  ['libvirt-stands-alone', 'packages/libvirt/src/x.ts', '../../contract/src/index.ts'],
  ['server-half-knows-no-client', 'packages/libvirt/src/server/x.ts', '../connection.ts'],
  ['spice-stands-alone', 'packages/spice/src/node/x.ts', '../../../contract/src/index.ts'],
  ['spice-runs-anywhere', 'packages/spice/src/codecs/x.ts', 'node:fs'],
  ['spice-core-is-neutral', 'packages/spice/src/wire/x.ts', '../node/x.ts'],
  ['contract-imports-nobody', 'packages/contract/src/x.ts', '../../libvirt/src/index.ts'],
  ['ways-in-know-the-contract-only', 'packages/cli/src/x.ts', '../../engine/src/compute/index.ts'],
  ['cli-draws-nothing', 'packages/cli/src/y.ts', '../../spice/src/index.ts'],
  ['engine-imports-no-way-in', `${engine}/compute/x.ts`, '../../../cli/src/y.ts'],
  ['subjects-never-import-faces', `${engine}/compute/y.ts`, '../faces/rest/index.ts'],
  ['only-the-adapter-knows-libvirt', `${engine}/hosts/x.ts`, '../../../libvirt/src/index.ts'],
  ['only-the-wiring-chooses-adapters', `${engine}/hosts/y.ts`, '../hypervisor/libvirt/index.ts'],
  ['subject-by-its-index', `${engine}/images/x.ts`, '../storage/volumes.ts'],
  ['subject-by-its-index', `${engine}/images/y.ts`, '../storage/inner/index.ts'],
  ['pure-rules', `${engine}/images/x.rules.ts`, 'node:fs'],
];

/** What the rules must let pass. */
const good: Readonly<Record<string, string>> = {
  [`${engine}/storage/b.ts`]: imports('./a.ts'),
  [`${engine}/storage/index.ts`]: imports('./volumes.ts'),
  [`${engine}/storage/volumes.ts`]: imports('../hypervisor/port.ts'),
  [`${engine}/storage/inner/index.ts`]: '',
  [`${engine}/hypervisor/port.ts`]: '',
  [`${engine}/hypervisor/libvirt/index.ts`]: imports('../../../../libvirt/src/index.ts'),
  [`${engine}/compute/index.ts`]: imports('../storage/index.ts'),
  [`${engine}/faces/rest/index.ts`]: imports('../../compute/index.ts'),
  [`${engine}/main.ts`]: imports('./faces/rest/index.ts') + imports('./hypervisor/libvirt/index.ts'),
  [`${engine}/compute/pure.rules.ts`]: imports('./index.ts'),
  'packages/libvirt/src/index.ts': imports('node:net'),
  'packages/libvirt/src/connection.ts': '',
  'packages/libvirt/src/server/index.ts': imports('../wire.ts'),
  'packages/libvirt/src/wire.ts': '',
  'packages/spice/src/index.ts': imports('./codecs/y.ts'),
  'packages/spice/src/codecs/y.ts': '',
  'packages/contract/src/index.ts': '',
  'packages/cli/src/main.ts': imports('../../contract/src/index.ts') + imports('node:fs'),
  'packages/console/src/main.ts': imports('../../spice/src/index.ts'),
};

interface Violation {
  readonly from: string;
  readonly rule: { readonly name: string };
}

describe('the layer rules', () => {
  const folder = mkdtempSync(join(tmpdir(), 'domus-layers-'));
  let violations: readonly Violation[];

  beforeAll(() => {
    const files = { ...good, ...Object.fromEntries(bad.map(([, file, imported]) => [file, imports(imported)])) };
    for (const [file, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), content);
    }
    copyFileSync(`${root}tsconfig.base.json`, join(folder, 'tsconfig.base.json'));
    const [node, ...given] = packageProgram(
      'depcruise',
      ...['packages', '--config', `${root}.dependency-cruiser.mjs`, '--output-type', 'json'],
    );
    const run = spawnSync(node!, given, { cwd: folder, encoding: 'utf8', timeout: 60_000, maxBuffer: 64 * 1024 ** 2 });
    if (run.stdout === '') throw new Error(run.stderr);
    violations = (JSON.parse(run.stdout) as { summary: { violations: Violation[] } }).summary.violations;
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(bad)('%s: bites %s', (rule, file) => {
    expect(violations.filter(({ from }) => from === file).map((each) => each.rule.name)).toContain(rule);
  });

  it('let every good import pass', () => {
    const blamed = violations.filter(({ rule }) => rule.name !== 'no-cycles').map(({ from }) => from);
    expect(blamed.filter((file) => file in good)).toEqual([]);
  });

  it('are each proved here', async () => {
    const { default: config } = (await import(`${root}.dependency-cruiser.mjs`)) as {
      default: { forbidden: { name: string }[] };
    };
    expect(new Set(bad.map(([rule]) => rule))).toEqual(new Set(config.forbidden.map(({ name }) => name)));
  });
});
