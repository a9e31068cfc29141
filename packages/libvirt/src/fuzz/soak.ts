/** Many calls against a daemon at which everything goes wrong now and then. */
import { setImmediate as turn } from 'node:timers/promises';
import { isLibvirtError, type LibvirtErrorCode } from '../errors.ts';
import { ReconnectingConnection } from '../reconnecting.ts';
import { ProtocolServer, ServerFailure, type ServerPeer } from '../testing/protocol-server.ts';
import { generator, type Random } from '../testing/random.ts';
import { unclear } from './clear-error.ts';

const dom = { name: '', uuid: '6695eb01-f6a4-8304-79aa-97f2502e193f', id: 1 };

/** Connections at a time, and callers of each. */
const CONNECTIONS = 4;
const CALLERS = 32;

export interface SoakTally {
  calls: number;
  /** How they settled: `answered`, or the code of their error. */
  settled: Record<string, number>;
  /** Faults that the daemon made. */
  faults: Record<string, number>;
  connections: number;
}

export function newTally(): SoakTally {
  return { calls: 0, settled: {}, faults: {}, connections: 0 };
}

/** Makes `calls` through several connections, to a daemon each. */
export async function soak(calls: number, seed: number, tally: SoakTally): Promise<void> {
  const each = Math.ceil(calls / CONNECTIONS);
  await Promise.all(Array.from({ length: CONNECTIONS }, (_, n) => soakOne(each, CALLERS, seed + 2 * n, tally)));
}

/** One in so many calls meets the fault. */
const ONE_IN = {
  malformed: 5000,
  dropped: 5000,
  'half an answer': 5000,
  hung: 2000,
  error: 20,
  late: 10,
  'out of order': 10,
};

/** A daemon that answers LOOKUP_BY_NAME with the name that was asked for, most of the time. */
class FaultyDaemon {
  readonly server: ProtocolServer;
  readonly #random: Random;
  readonly #tally: SoakTally;
  /** Answers that wait for others to overtake them. */
  readonly #held: (() => void)[] = [];

  constructor(seed: number, tally: SoakTally) {
    this.#random = generator(seed);
    this.#tally = tally;
    this.server = new ProtocolServer({ domainLookupByName: ({ name }, peer) => this.#lookUp(name, peer) });
  }

  async #lookUp(name: string, peer: ServerPeer): Promise<{ dom: typeof dom }> {
    // What the server notes for tests would fill memory.
    peer.calls.length = 0;
    this.server.peers.splice(0, this.server.peers.length - 1);
    const fault = Object.entries(ONE_IN).find(([, oneIn]) => this.#random(oneIn) === 0)?.[0];
    if (fault !== undefined) this.#tally.faults[fault] = (this.#tally.faults[fault] ?? 0) + 1;
    switch (fault) {
      case 'malformed':
        peer.socket.write(Buffer.alloc(28, this.#random(256)));
        break;
      case 'dropped':
        peer.socket.destroy();
        break;
      case 'half an answer':
        peer.socket.end(Buffer.from([0, 0, 0, 60, 0x20]));
        break;
      case 'hung':
        return new Promise(() => undefined);
      case 'error':
        throw new ServerFailure('NO_DOMAIN', `no domain ${name}`);
      case 'late':
        for (let turns = this.#random(20); turns > 0; turns--) await turn();
        break;
      case 'out of order':
        await new Promise<void>((resolve) => this.#holdBack(resolve));
        break;
      case undefined:
    }
    return { dom: { ...dom, name } };
  }

  /** Two at a time, the later one first; one alone waits a turn. */
  #holdBack(answer: () => void): void {
    this.#held.push(answer);
    if (this.#held.length < 2) setImmediate(() => this.#letGo());
    else this.#letGo();
  }

  #letGo(): void {
    for (const answer of this.#held.splice(0).reverse()) answer();
  }
}

/** Codes by which a call may end here; anything else is a failure of the client. */
const EXPECTED: LibvirtErrorCode[] = [
  'NO_DOMAIN',
  'ABORTED',
  'DEADLINE_EXCEEDED',
  'CONNECTION_LOST',
  'MALFORMED_PACKET',
];

/**
 * Makes `calls` through a connection that comes back, `workers` at a time. Some are given up by their caller or have no time.
 * Each must settle, with its own answer or with an expected error.
 */
async function soakOne(calls: number, workers: number, seed: number, tally: SoakTally): Promise<void> {
  const daemon = new FaultyDaemon(seed, tally);
  const random = generator(seed + 1);
  const stop = new AbortController();
  const { transport } = daemon.server;
  const options = { uri: 'test:///default', signal: stop.signal, transport, kinds: [], maxInFlight: 32 } as const;
  const connection = new ReconnectingConnection({ ...options, minimumRetryMs: 1, maximumRetryMs: 2, deadlineMs: 250 });
  let left = calls;
  const work = async () => {
    while (left-- > 0) {
      const name = `vm-${left}`;
      const up = connection.current ?? (await connection.ready(stop.signal));
      const how = await call(() => up.domains.lookupByName(name, callOptions(random)), name);
      tally.settled[how] = (tally.settled[how] ?? 0) + 1;
      tally.calls++;
    }
  };
  const watching = countConnections(connection, tally);
  await Promise.all(Array.from({ length: workers }, work));
  stop.abort();
  await connection.stopped;
  await watching;
}

function callOptions(random: Random): { signal?: AbortSignal; deadlineMs?: number } {
  if (random(50) === 0) return { deadlineMs: random(2) };
  if (random(30) > 0) return {};
  const controller = new AbortController();
  if (random(10) === 0) controller.abort();
  else setImmediate(() => controller.abort());
  return { signal: controller.signal };
}

async function call(make: () => Promise<{ name: string }>, wanted: string): Promise<string> {
  try {
    const { name } = await make();
    if (name !== wanted) throw new Error(`the answer to ${name} for ${wanted}`);
    return 'answered';
  } catch (error) {
    if (!isLibvirtError(error, ...EXPECTED) || unclear(error) !== undefined) throw error;
    return error.code;
  }
}

async function countConnections(connection: ReconnectingConnection, tally: SoakTally): Promise<void> {
  for await (const { kind } of connection) if (kind === 'up') tally.connections++;
}
