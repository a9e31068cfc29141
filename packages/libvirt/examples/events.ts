/** Prints what happens on a host until Ctrl-C: `node events.ts [URI]`. */
import { inspect } from 'node:util';
import { allEventKinds, connect } from '@domus/libvirt';

const connection = await connect({ uri: process.argv[2] });
// A list of kinds narrows the type of the events: ['domain-lifecycle', 'network-lifecycle'].
const events = await connection.events.subscribe(allEventKinds, { skipUnsupported: true });
process.once('SIGINT', () => void events.close());
console.log(`${events.kinds.length} kinds of events; Ctrl-C ends`);

for await (const event of events) {
  const time = new Date().toISOString();
  switch (event.kind) {
    case 'domain-lifecycle':
      console.log(`${time} domain ${event.domain.name}: ${event.event} (${event.detail})`);
      break;
    case 'network-lifecycle':
      console.log(`${time} network ${event.network.name}: ${event.event}`);
      break;
    case 'storage-pool-lifecycle':
      console.log(`${time} pool ${event.pool.name}: ${event.event}`);
      break;
    case 'overflow':
      // Nobody took them in time: what was known is out of date and must be asked again.
      console.log(`${time} ${event.lost} events lost`);
      break;
    default: {
      const { kind, ...fields } = event;
      console.log(`${time} ${kind} ${inspect(fields, { breakLength: Number.POSITIVE_INFINITY })}`);
    }
  }
}
await connection.close();
