import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

test('the example runs', () => {
  const path = new URL('../../examples/typed-xml.ts', import.meta.url).pathname;
  const output = execFileSync(process.execPath, [path], { encoding: 'utf8' });
  expect(output).toContain('<title>Web server</title>');
  expect(output).toContain('<memory unit="MiB">4096</memory>');
  expect(output.match(/<disk /g)).toHaveLength(2);
  expect(output).toContain('fits the schema');
  expect(output).toMatch(/^source\.file: is no attribute of this element; dev, index and startupPolicy are$/m);
});
