import { expect, it } from 'vitest';
import { countTests } from './test-counts.ts';

const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((each) => ({ status: each })),
});

it('counts tests, and a file that could not run as one failure', () => {
  const testResults = [
    file('passed', 'passed', 'passed', 'pending'),
    file('failed', 'passed', 'failed', 'failed'),
    file('failed'),
    file('failed', 'skipped', 'skipped'),
  ];
  expect(countTests(JSON.stringify({ testResults }))).toEqual({ passed: 3, failed: 4, skipped: 3 });
});
