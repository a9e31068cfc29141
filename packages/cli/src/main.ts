#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

// Half of what a short command costs is compiling; the cache is the user's own folder, never a shared one.
enableCompileCache(join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'domus', 'compiled'));
const { run } = await import('./run.ts');
const { processTerminal } = await import('./terminal.ts');
// `domus vm list | head` closes the pipe early: then nobody reads on, and that is no error
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});
process.exitCode = await run(process.argv.slice(2), processTerminal());
