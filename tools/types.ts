// Type-checks every tsconfig.json of the workspace; each is a wall of its own (lib and types differ).
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';

const projects = globSync('{packages/*,packages/*/src/*,system,bench,tools}/tsconfig.json').sort();
let failed = 0;
for (const project of projects) {
  const run = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', project], { stdio: 'inherit' });
  if (run.status !== 0) failed++;
}
if (failed > 0) {
  console.error(`${failed} of ${projects.length} projects have type errors`);
  process.exit(1);
}
