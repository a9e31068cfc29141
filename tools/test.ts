// `./domus test`: installs what the tests need, runs the checks, then the tests against real daemons, guests and a real
// browser, one file at a time; `./domus test FILE…` runs only these of them. The last line is "N passed, N failed"; a check counts as one test.
import { prepareMachine } from '../packages/engine/src/machine/index.ts';
import { readCounts, removeCounts, runChecks, tellCheck, vitest } from './checks.ts';
import { runCommand } from './run-command.ts';
import { testNeeds } from './test-needs.ts';

const minute = 60_000;
/** A run that takes longer is broken: everything together has 25 minutes on two cores. */
const systemDeadlineMs = 21 * minute;

const say = (line: string) => process.stdout.write(`${line}\n`);
const given = process.argv.slice(2);
const files = given.filter((each) => !each.startsWith('-'));
const asked = process.stdin.isTTY === true && process.env['CI'] !== 'true' && !given.includes('--yes');

say('— what the tests need —');
const prepared = await prepareMachine({ yes: !asked, noInstall: false, needs: testNeeds(), report: say });
say(prepared.ok ? '✓ all is there' : '✗ not all is there: tests that need it will fail or be skipped');

say('\n— checks —');
const checks = await runChecks(tellCheck);
const unit = readCounts('unit');

say('\n— system tests —');
removeCounts('system');
const run = await runCommand(vitest('system', files), { show: true, deadlineMs: systemDeadlineMs });
const system = readCounts('system');

const others = checks.filter(({ name }) => !name.startsWith('unit tests'));
const failedChecks = others.filter(({ exitCode }) => exitCode !== 0).length + (prepared.ok ? 0 : 1);
const passedChecks = others.length + 1 - failedChecks;
// vitest can fail beside its tests (an unhandled rejection after the last one): that is a failure too.
const beside = [
  { exitCode: checks.find(({ name }) => name.startsWith('unit tests'))!.exitCode, counts: unit },
  { exitCode: run.exitCode, counts: system },
].filter(({ exitCode, counts }) => exitCode !== 0 && counts.failed === 0).length;

const passed = passedChecks + unit.passed + system.passed;
const failed = failedChecks + unit.failed + system.failed + beside;
say(`\n${unit.skipped + system.skipped} skipped (each said why above)\n`);
say(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
