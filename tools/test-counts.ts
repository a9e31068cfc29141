/** What a run of vitest came to. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

interface Report {
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/**
 * Counts vitest's JSON report. A file that failed without a failed test (it could not be loaded, a hook of it broke)
 * is one failure: its tests did not run.
 */
export function countTests(report: string): Counts {
  const { testResults } = JSON.parse(report) as Report;
  let [passed, failed, skipped] = [0, 0, 0];
  for (const { status, assertionResults } of testResults) {
    const count = (wanted: string) => assertionResults.filter((each) => each.status === wanted).length;
    const failures = count('failed');
    passed += count('passed');
    skipped += assertionResults.length - count('passed') - failures;
    failed += failures === 0 && status === 'failed' ? 1 : failures;
  }
  return { passed, failed, skipped };
}
