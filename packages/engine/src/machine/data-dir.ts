import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where everything of one engine lives when nobody says otherwise. The command line has the same rule. */
export function defaultDataDir(environment: Environment = process.env, userId = process.getuid?.() ?? 0): string {
  const given = environment['DOMUS_DATA_DIR'];
  if (given) return resolve(given);
  return userId === 0 ? '/var/lib/domus' : join(environment['HOME'] || homedir(), '.local/share/domus');
}
