// `npm run check`: format, lint, types, layers, dead code and unit tests, two at a time. Ends with 1 where one failed.
import { readCounts, runChecks, tellCheck } from './checks.ts';

const began = performance.now();
const ends = await runChecks(tellCheck);
const failed = ends.filter(({ exitCode }) => exitCode !== 0);
const unit = readCounts('unit');
const seconds = ((performance.now() - began) / 1000).toFixed(1);
const sum =
  failed.length === 0
    ? 'all good'
    : `${failed.length} of ${ends.length} checks failed: ${failed.map(({ name }) => name).join(', ')}`;
process.stdout.write(
  `\n${sum} in ${seconds} s; unit tests: ${unit.passed} passed, ${unit.failed} failed, ${unit.skipped} skipped\n`,
);
if (failed.length > 0) process.exitCode = 1;
