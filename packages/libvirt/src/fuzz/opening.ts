/** A daemon that answers wrongly while a connection is opened. */
import { connect } from '../connection.ts';
import type { Random } from '../testing/random.ts';
import { frameBytes } from './corpus.ts';
import { answers, HostileDaemon } from './hostile-daemon.ts';
import { cut, mutate } from './mutate.ts';
import { Waiters } from './waiters.ts';
import { DirectWire } from './wire.ts';

const OPENING = ['authList', 'connectSupportsFeature', 'connectOpen'];

/** One mutant in place of one of the answers; rejects where the attempt does not settle, or with an unclear error. */
export async function fuzzOpening(random: Random): Promise<void> {
  const wire = new DirectWire();
  const name = OPENING[random(OPENING.length)]!;
  const other = answers.get(OPENING[random(OPENING.length)]!)!;
  const daemon = new HostileDaemon(wire);
  let how = '';
  daemon.hold(name, (serial) => {
    const mutant = mutate(frameBytes(answers.get(name)!, serial), random, frameBytes(other, serial + random(2)));
    how = `${name}: ${mutant.how}`;
    for (const piece of cut(mutant.bytes, random)) wire.deliver(piece);
    setImmediate(() => wire.end('end of file'));
  });
  const waiters = new Waiters();
  const opening = connect({ uri: 'test:///default', transport: () => Promise.resolve(wire) });
  waiters.add(
    'connect',
    opening.then((connection) => connection.close()),
  );
  const stuck = await waiters.stuck(5000);
  if (stuck.length > 0) throw new Error(`after ${how}: still waiting`);
  if (waiters.problems.length > 0) throw new Error(`after ${how}: unclear: ${waiters.problems.join('; ')}`);
}
