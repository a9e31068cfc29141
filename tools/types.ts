// Type-checks every tsconfig.json of the workspace; each is a wall of its own (lib and types differ). What did not change
// since the last run is remembered in node_modules/.cache.
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { packageProgram, root } from './run-command.ts';

const projects = globSync('{packages/*,packages/*/src/*,system,bench,tools}/tsconfig.json', { cwd: root }).sort();
let failed = 0;
for (const project of projects) {
  const memory = `node_modules/.cache/types/${project.replaceAll('/', '-')}.tsbuildinfo`;
  const [node, ...given] = packageProgram('tsc', '-p', project, '--incremental', '--tsBuildInfoFile', memory);
  if (spawnSync(node!, given, { cwd: root, stdio: 'inherit' }).status !== 0) failed++;
}
if (failed > 0) {
  console.error(`${failed} of ${projects.length} projects have type errors`);
  process.exit(1);
}
