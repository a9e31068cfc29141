import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { cliReference, referenceFile } from './cli-reference.ts';

it('docs/reference/cli.md tells what the command line takes (else: node tools/cli-reference.ts)', () => {
  expect(readFileSync(referenceFile, 'utf8')).toBe(cliReference());
});
