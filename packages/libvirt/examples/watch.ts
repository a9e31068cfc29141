/**
 * Keeps a picture of a host's domains, whatever becomes of the connection: `node watch.ts [URI]`. Ctrl-C ends. Stop and
 * start libvirtd meanwhile: the domains are read again, and nothing is missed.
 */
import { type DomainRef, enums, isLibvirtError, ReconnectingConnection, stateReason } from '@domus/libvirt';

const stop = new AbortController();
process.once('SIGINT', () => stop.abort());
const host = new ReconnectingConnection({ uri: process.argv[2], kinds: ['domain-lifecycle'], signal: stop.signal });

/** The picture: states by name. */
const states = new Map<string, string>();

for await (const event of host) {
  if (event.kind === 'up') console.log('connected');
  if (event.kind === 'down') console.log(`away: ${event.error.message}; next attempt in ${event.retryMs} ms`);
  // Comes after every connection, and where events were lost: what is known is out of date.
  if (event.kind === 'resynchronise') await refresh();
  if (event.kind === 'domain-lifecycle') await refresh(event.domain);
}

/** Asks for the state of one domain, or in one call of all, and tells what is new. */
async function refresh(only?: DomainRef): Promise<void> {
  const domains = host.current?.domains;
  if (!domains) return; // the next connection brings another 'resynchronise'
  try {
    const asked = only ? [domains.reference(only)] : [];
    const now = new Map<string, string>();
    for (const { domain, stats } of await domains.getAllDomainStats(enums.DomainStatsTypes.STATE, 0, asked)) {
      now.set(domain.name, stateReason(Number(stats['state.state']), Number(stats['state.reason'])).state);
    }
    for (const name of only ? [only.name] : new Set([...states.keys(), ...now.keys()])) {
      const state = now.get(name);
      if (state !== states.get(name)) console.log(`${name}: ${state ?? 'gone'}`);
      if (state) states.set(name, state);
      else states.delete(name);
    }
  } catch (error) {
    if (!isLibvirtError(error, 'CONNECTION_LOST', 'CONNECTION_CLOSED')) throw error;
  }
}
