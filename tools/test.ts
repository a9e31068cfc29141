// `./domus test`: installs what the tests need, runs the checks, then the tests against real daemons, guests and a real
// browser, in two lanes; `./domus test FILE…` runs only these of them, one at a time. The last line is "N passed, N failed"; a check
// counts as one test.
import { readdirSync } from 'node:fs';
import { prepareMachine } from '../packages/engine/src/machine/index.ts';
import { readCounts, removeCounts, runChecks, tellCheck, vitest } from './checks.ts';
import { root, runCommand } from './run-command.ts';
import { testNeeds } from './test-needs.ts';

const minute = 60_000;
const otherPackages = readdirSync(`${root}packages`)
  .filter((name) => !['libvirt', 'spice'].includes(name))
  .map((name) => `packages/${name}/`);
/**
 * Two lanes side by side. The first has the guests with a desktop and the browser: they wait for what they must see, and
 * take the longest. The second is nicer to it; it begins with the image that the first needs later.
 */
const lanes: readonly (readonly Run[])[] = [
  [{ name: 'system', files: ['system/', 'packages/spice/'], nice: 0 }],
  [
    { name: 'packages', files: otherPackages, nice: 10 },
    { name: 'libvirt', files: ['packages/libvirt/'], nice: 10 },
  ],
];
interface Run {
  readonly name: string;
  readonly files: readonly string[];
  readonly nice: number;
}

/** Everything together has 25 minutes on two cores; a run that takes this long hangs. */
const systemDeadlineMs = 60 * minute;

const say = (line: string) => process.stdout.write(`${line}\n`);
const given = process.argv.slice(2);
const files = given.filter((each) => !each.startsWith('-'));
const asked = process.stdin.isTTY === true && process.env['CI'] !== 'true' && !given.includes('--yes');

say('— what the tests need —');
const prepared = await prepareMachine({ yes: !asked, noInstall: false, needs: testNeeds(), report: say });
say(prepared.ok ? '✓ all is there' : '✗ not all is there: tests that need it will fail or be skipped');

say('\n— checks —');
const checks = await runChecks(tellCheck);

say('\n— system tests —');
const runs = (
  await Promise.all(
    (files.length > 0 ? [[{ name: 'system', files, nice: 0 }]] : lanes).map(async (lane) => {
      const ended = [];
      for (const run of lane) ended.push(await test(run));
      return ended;
    }),
  )
).flat();
runs.push({ exitCode: checks.find(({ name }) => name.startsWith('unit tests'))!.exitCode, counts: readCounts('unit') });

const others = checks.filter(({ name }) => !name.startsWith('unit tests'));
const failedChecks = others.filter(({ exitCode }) => exitCode !== 0).length + (prepared.ok ? 0 : 1);
const passedChecks = others.length + 1 - failedChecks;
// vitest can fail beside its tests (an unhandled rejection after the last one): that is a failure too.
const beside = runs.filter(({ exitCode, counts }) => exitCode !== 0 && counts.failed === 0).length;
const sum = (of: 'passed' | 'failed' | 'skipped') => runs.reduce((total, { counts }) => total + counts[of], 0);

const failed = failedChecks + sum('failed') + beside;
say(`\n${sum('skipped')} skipped (each said why above)\n`);
say(`${passedChecks + sum('passed')} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

async function test({ name, files, nice }: Run): Promise<{ exitCode: number; counts: ReturnType<typeof readCounts> }> {
  removeCounts(name);
  const command = ['nice', '-n', String(nice), ...vitest('system', name, files)];
  const { exitCode } = await runCommand(command, { show: true, deadlineMs: systemDeadlineMs });
  return { exitCode, counts: readCounts(name) };
}
