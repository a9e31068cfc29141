import type { Group } from './group.ts';
import { wholeNumber } from './group.ts';

export function registerEvent(group: Group): void {
  group
    .verb<{ after?: number; count?: number }>(
      'follow',
      'Changes as they happen, one a line, until Ctrl-C; with -o json one JSON object a line',
      async (session, _, { after, count = Number.POSITIVE_INFINITY }) => {
        let seen = 0;
        for await (const event of session.engine.events({ after, signal: session.signal })) {
          if (session.output === 'json') session.print(JSON.stringify(event));
          else if (session.output === 'yaml') await session.printOne([event]);
          else session.print(`${event.at}  ${event.kind} ${event.name}: ${event.type}`);
          seen += 1;
          if (seen >= count) return;
        }
      },
    )
    .option('--after <id>', 'begin with what came after this event', wholeNumber)
    .option('--count <count>', 'end after so many', wholeNumber);
}
