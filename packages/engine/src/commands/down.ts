import { existsSync, readFileSync } from 'node:fs';
import { localLanguage } from '../machine/index.ts';
import { isAlive, openDataFolder, until } from '../site/index.ts';
import { wording } from './wording.ts';

const STOP_MS = 60_000;

/** Asks the engine of a data folder to stop and waits for it. 0 also where none runs. */
export async function down(dataDir: string): Promise<number> {
  const say = wording(localLanguage());
  const folder = openDataFolder(dataDir, false);
  const running = folder.holder();
  if (running === null) {
    console.log(say.notRunning(folder.path));
    return 0;
  }
  process.kill(running.pid, 'SIGTERM');
  if (!(await until(() => !isAlive(running.pid), STOP_MS))) {
    console.error(
      `domus: process ${running.pid} did not end within ${STOP_MS / 1000} s; see ${folder.inside('log/engine.log')}`,
    );
    return 1;
  }
  console.log(say.stopped);
  return 0;
}

/** Whether an engine runs on a data folder, and where. Exit code 0 where it does, 3 where not. */
export async function status(dataDir: string, output: string | undefined): Promise<number> {
  const folder = openDataFolder(dataDir, false);
  const running = folder.holder();
  const urlFile = folder.inside('run/url');
  const url = running !== null && existsSync(urlFile) ? readFileSync(urlFile, 'utf8') : null;
  const say = wording(localLanguage());
  if (output === 'json')
    console.log(JSON.stringify({ running: running !== null, pid: running?.pid ?? null, url, dataFolder: folder.path }));
  else console.log(running === null ? say.notRunning(folder.path) : say.running(url ?? '?', running.pid));
  return running === null ? 3 : 0;
}
