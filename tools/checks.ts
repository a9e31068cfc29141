import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { type CommandEnd, packageProgram, root, runCommand } from './run-command.ts';
import { type Counts, countTests } from './test-counts.ts';

interface Check {
  readonly name: string;
  readonly command: readonly string[];
}

const reports = `${root}test-results`;
const reportFile = (run: string): string => `${reports}/${run}.json`;

/** vitest over one project of vitest.config.ts, or over some of its files; its counts are those of `run`. */
export function vitest(project: string, run: string, files: readonly string[] = []): readonly string[] {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile(run)}`];
  return packageProgram('vitest', 'run', '--project', project, ...reporters, ...files);
}

/** The counts of a run of vitest; a run that left no report is one failure. */
export function readCounts(run: string): Counts {
  try {
    return countTests(readFileSync(reportFile(run), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return { passed: 0, failed: 1, skipped: 0 };
  }
}
export function removeCounts(run: string): void {
  mkdirSync(reports, { recursive: true });
  rmSync(reportFile(run), { force: true });
}

/** Longest first, so that two cores end together. */
const checks: readonly Check[] = [
  { name: 'types (tsc)', command: [process.execPath, `${root}tools/types.ts`] },
  { name: 'unit tests (vitest)', command: vitest('unit', 'unit') },
  { name: 'lint with types (oxlint)', command: packageProgram('oxlint', '--type-aware', '--deny-warnings') },
  {
    name: 'layers (dependency-cruiser)',
    command: packageProgram(
      'depcruise',
      ...['packages', 'system', 'bench', 'tools', '--config', '.dependency-cruiser.mjs'],
    ),
  },
  { name: 'dead code (knip)', command: packageProgram('knip', '--no-config-hints') },
  {
    name: 'format and lint (biome)',
    command: packageProgram('biome', 'check', '--error-on-warnings', '.'),
  },
];

export interface CheckEnd extends CommandEnd {
  readonly name: string;
}

const lanes = 2;
/** A check that takes this long hangs. */
const deadlineMs = 15 * 60_000;

/** Runs every check, two at a time; `onEnd` hears of each as it ends. */
export async function runChecks(onEnd: (end: CheckEnd) => void): Promise<CheckEnd[]> {
  removeCounts('unit');
  const waiting = [...checks];
  const ends: CheckEnd[] = [];
  const lane = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const end = { name: next.name, ...(await runCommand(next.command, { deadlineMs })) };
      ends.push(end);
      onEnd(end);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return ends;
}

/** One line of a check that ended; all that it said where it failed. */
export function tellCheck({ name, exitCode, seconds, output }: CheckEnd): void {
  const mark = exitCode === 0 ? '✓' : '✗';
  if (exitCode !== 0) process.stdout.write(`\n${output.trimEnd()}\n\n`);
  process.stdout.write(`${mark} ${name.padEnd(30)} ${seconds.toFixed(1).padStart(6)} s\n`);
}
