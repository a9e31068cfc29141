import { connect } from '../connection.ts';
import { generator, type Random } from '../testing/random.ts';
import { HostileDaemon } from './hostile-daemon.ts';
import { fuzzOpening } from './opening.ts';
import { Session, type Tally } from './session.ts';
import { DirectWire, type UnixWires } from './wire.ts';

/** Time for what goes through the kernel; within the process a few turns of the event loop are enough. */
const SOCKET_DEADLINE_MS = 10_000;

/**
 * Delivers mutated frames to connections until there were `mutants`. Each session has a seed of its own, which an error
 * names. One in twenty is an opening, one in fifty goes through a real socket, where there are any. A bystander must live
 * through all of it.
 */
export async function fuzzFrames(mutants: number, seed: number, sockets?: UnixWires): Promise<Tally> {
  const tally: Tally = { mutants: 0, ended: 0, survived: 0, valid: 0, resolved: 0, rejected: 0 };
  const wire = new DirectWire();
  new HostileDaemon(wire);
  const bystander = await connect({ uri: 'test:///default', transport: () => Promise.resolve(wire) });
  for (let session = 0; tally.mutants < mutants; session++) {
    const ownSeed = (seed + session) >>> 0;
    try {
      await fuzzOnce(generator(ownSeed), mutants - tally.mutants, tally, sockets);
      if (session % 50 === 0) await bystander.host.getType();
    } catch (error) {
      throw new Error(`session of seed ${ownSeed}`, { cause: error });
    }
  }
  await bystander.close();
  return tally;
}

async function fuzzOnce(random: Random, most: number, tally: Tally, sockets: UnixWires | undefined): Promise<void> {
  const kind = random(100);
  if (kind < 5) {
    tally.mutants++;
    await fuzzOpening(random);
  } else if (kind < 7 && sockets) {
    await new Session(await sockets.open(), random, tally).run(most, SOCKET_DEADLINE_MS);
  } else {
    await new Session(new DirectWire(), random, tally).run(most, 0);
  }
}
