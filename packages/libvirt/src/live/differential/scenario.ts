import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Coverage } from './coverage.ts';
import type { Lab } from './lab.ts';
import { PythonPeer } from './python-peer.ts';
import { Replay } from './replay.ts';

const folder = join(import.meta.dirname, 'scenarios');

/** Names of the scenarios; a module that they share has a name without a place in this list: it makes no connection. */
export function scenarioNames(): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.py') && file !== 'guest.py')
    .map((file) => file.slice(0, -'.py'.length));
}

/** Runs a scenario through both clients. Returns what differed; with the first difference it ends, for it has others. */
export async function runScenario(name: string, lab: Lab, coverage: Coverage): Promise<string[]> {
  const peer = new PythonPeer(join(folder, `${name}.py`), lab.names);
  const replay = new Replay(lab.wires, lab.py, lab.ts, coverage);
  try {
    for (let outcome = await peer.next(); outcome; outcome = await peer.next()) {
      const problems = await replay.follow(outcome);
      if (problems.length > 0) return problems;
    }
    return await replay.compareEvents(peer);
  } finally {
    await replay.close();
    peer.end();
  }
}
