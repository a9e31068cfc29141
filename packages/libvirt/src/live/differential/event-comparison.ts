/** What both clients were sent unasked: on the wire, to Python's callbacks, and to the subscriptions of our own face. */
import { eventKinds } from '../../events/kinds.ts';
import { differences, withMoving } from './compare.ts';
import type { Counterpart } from './counterpart.ts';
import type { Coverage } from './coverage.ts';
import { eventAsPython } from './events-as-python.ts';
import type { PythonEvent } from './python-peer.ts';
import type { TappedConnection, TappedEvent } from './tap.ts';
import type { Twins } from './twins.ts';

/** A connection of libvirt-python and ours that does the same. */
export interface Pair {
  readonly py: TappedConnection;
  readonly ts: TappedConnection;
  readonly counterpart: Counterpart;
}

/** `told`: what the callbacks were given, by the name of the message. */
export function eventDifferences(
  pairs: readonly Pair[],
  told: readonly PythonEvent[],
  twins: Twins,
  coverage: Coverage,
): string[] {
  const different: string[] = [];
  for (const { py, ts, counterpart } of pairs) {
    const seen = wireDifferences(py.events, ts.events, twins);
    different.push(...seen);
    if (seen.length === 0) for (const { name } of ts.events) coverage.events.add(name);
    for (const [kind, heard] of counterpart.heard) {
      const { message, shape } = eventKinds[kind];
      const sent = ts.events.filter(({ name }) => name === message);
      const shaped = sent.map(({ payload }) => ({ kind, ...(shape as (payload: unknown) => object)(payload) }));
      different.push(...differences(shaped, heard).map((each) => `subscription to ${kind}: ${each}`));
    }
  }
  return [...different, ...callbackDifferences(pairs, told, twins)];
}

function wireDifferences(py: readonly TappedEvent[], ts: readonly TappedEvent[], twins: Twins): string[] {
  const named = (events: readonly TappedEvent[]) => events.map(({ name, payload }) => [name, payload]);
  const exactly = differences(named(py), withMoving(named(ts), /^callbackID$/), undefined, 'events');
  if (exactly.length === 0) return [];
  // Where a registration is for one domain each hears of its own.
  const asTwins = differences(named(py), withMoving(named(ts), /^callbackID$/), twins, 'events');
  return asTwins.length === 0 ? [] : exactly;
}

function callbackDifferences(pairs: readonly Pair[], told: readonly PythonEvent[], twins: Twins): string[] {
  const sent = pairs.flatMap(({ ts }) => ts.events);
  const names = new Set(sent.map(({ name }) => name));
  return [...names].flatMap((name) => {
    const theirs = told.filter(([tag]) => tag === name).map(([, ...payload]) => payload);
    const ours = sent.filter((event) => event.name === name).map(({ payload }) => eventAsPython(name, payload));
    const exactly = differences(theirs, ours, undefined, `callback of ${name}`);
    return exactly.length > 0 && differences(theirs, ours, twins).length > 0 ? exactly : [];
  });
}
