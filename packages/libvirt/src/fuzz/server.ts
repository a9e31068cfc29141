import { connect } from '../connection.ts';
import { Server } from '../server/server.ts';
import { Simulation } from '../server/simulation/simulation.ts';
import { generator } from '../testing/random.ts';
import type { Transport } from '../transport/transport.ts';
import { XdrReader } from '../xdr/index.ts';
import { proceduresByName } from './corpus.ts';
import { answers } from './hostile-daemon.ts';
import { attackServer, type ServerTally } from './server-session.ts';

/** Sessions between two looks at whether another client is still served. */
const LOOK_EVERY = 20;

/**
 * Sends mutated frames to a simulation, whose handlers work on what they get, and to a server that answers every procedure as
 * it was recorded. Both must stay, serve others, and find no fault in themselves.
 */
export async function fuzzServers(mutants: number, seed: number): Promise<ServerTally> {
  const tally: ServerTally = { mutants: 0, sound: 0, answers: 0, errors: 0 };
  const faults: string[] = [];
  const log = (line: string) => {
    if (!line.startsWith('connection ended: ')) faults.push(line);
  };
  await using simulation = new Simulation({ hosts: 1, domainsPerHost: 4, keepalive: false, log });
  const handlers = recordedHandlers();
  await using recorded = new Server<void>({ open: () => undefined, handlers, keepalive: false, log });
  const ways: Transport[] = [simulation.transport, recorded.transport];
  for (let session = 0; tally.mutants < mutants; session++) {
    const ownSeed = (seed + session) >>> 0;
    const transport = ways[session % ways.length]!;
    try {
      const socket = await transport(AbortSignal.timeout(10_000), () => undefined);
      await attackServer(socket, generator(ownSeed), mutants - tally.mutants, tally);
      if (session % LOOK_EVERY < ways.length) await look(transport);
      if (faults.length > 0) throw new Error(faults.join('\n'));
    } catch (error) {
      throw new Error(`session of seed ${ownSeed}`, { cause: error });
    }
  }
  return tally;
}

async function look(transport: Transport): Promise<void> {
  await using connection = await connect({ uri: 'test:///host-0', transport });
  await connection.host.getHostname();
}

function recordedHandlers(): Record<string, () => unknown> {
  return Object.fromEntries(
    [...answers].map(([name, { payload }]) => {
      const ret = proceduresByName.get(name)!.decodeRet(new XdrReader(payload));
      return [name, () => ret];
    }),
  );
}
