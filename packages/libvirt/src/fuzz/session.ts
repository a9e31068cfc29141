/** One connection with calls, a subscription and a stream under way, to which mutated frames are delivered. */
import { setImmediate as turn } from 'node:timers/promises';
import type { ProcedureName } from '../caller.ts';
import { Connection } from '../connection.ts';
import { MessageType } from '../rpc/frame.ts';
import type { Random } from '../testing/random.ts';
import { frameBytes, nameOf, type RecordedFrame } from './corpus.ts';
import { faces } from './faces.ts';
import { HostileDaemon } from './hostile-daemon.ts';
import { argsOf, messages, packets, replies } from './material.ts';
import { cut, mutate } from './mutate.ts';
import { isSoundFrame } from './sound-frame.ts';
import { Waiters } from './waiters.ts';
import type { Wire } from './wire.ts';

export interface Tally {
  mutants: number;
  /** Connections that a mutant ended, and those that lived until the daemon went. */
  ended: number;
  survived: number;
  /** Mutants that were still frames of the protocol. */
  valid: number;
  resolved: number;
  rejected: number;
}

const VOLUME = { vol: { pool: 'p', name: 'v', key: 'k' }, offset: 0, length: 0, flags: 0 };
const MOST_MUTANTS = 8;

const pick = <Item>(random: Random, items: readonly Item[]): Item => items[random(items.length)]!;

export class Session {
  readonly #daemon: HostileDaemon;
  readonly #connection: Connection;
  readonly #waiters = new Waiters();
  readonly #random: Random;
  readonly #tally: Tally;
  readonly #history: string[] = [];
  /** Of the calls that were left to us, by procedure. */
  readonly #serials = new Map<string, number>();

  constructor(wire: Wire, random: Random, tally: Tally) {
    this.#daemon = new HostileDaemon(wire);
    this.#connection = new Connection({ keepalive: false }, wire.socket);
    this.#random = random;
    this.#tally = tally;
  }

  /** Delivers up to `most` mutants; rejects where an invariant does not hold, with what was delivered. */
  async run(most: number, deadlineMs: number): Promise<void> {
    try {
      await this.#begin();
      const count = Math.min(most, 1 + this.#random(MOST_MUTANTS));
      for (let n = 0; n < count && this.#connection.isOpen; n++) await this.#deliverOne();
      await this.#end(deadlineMs);
    } catch (error) {
      throw new Error(`after ${this.#history.join(' · ')}`, { cause: error });
    }
  }

  async #begin(): Promise<void> {
    if (this.#random(2) === 0) {
      this.#waiters.add('subscription', drain(await this.#connection.events.subscribe(['domain-lifecycle'])));
    }
    if (this.#random(2) === 0) {
      const { stream } = await this.#connection.openStream('storageVolDownload', VOLUME, { ownConnection: false });
      this.#waiters.add('stream', drain(stream));
    }
    this.#waiters.add(
      'closed',
      this.#connection.closed.then((error) => Promise.reject(error)),
    );
  }

  /** A call of the procedure, by the object's own method where there is one. */
  #call(name: string): void {
    const face = faces[name as ProcedureName];
    const args = argsOf(name) as never;
    const result = face ? face(this.#connection) : this.#connection.call(name as ProcedureName, args);
    this.#waiters.add(name, result);
  }

  async #deliverOne(): Promise<void> {
    const random = this.#random;
    const before = this.#pristine(random(4) === 0 ? 1 : 0);
    const target = await this.#target();
    const { bytes, how } = mutate(target, random, this.#frame(pick(random, random(2) === 0 ? replies : messages)));
    this.#tally.mutants++;
    if (isSoundFrame(bytes)) this.#tally.valid++;
    const glued = Buffer.concat([...before, bytes, ...this.#pristine(random(4) === 0 ? 1 + random(2) : 0)]);
    const end = random(16) === 0 ? random(glued.length + 1) : glued.length;
    this.#history.push(
      `${nameOf(target.readUInt32BE(4), target.readInt32BE(12))}: ${how}${end < glued.length ? `, cut at ${end}` : ''}`,
    );
    for (const piece of cut(glued.subarray(0, end), random)) {
      this.#daemon.wire.deliver(piece);
      if (random(32) === 0) await turn();
    }
    if (end < glued.length) this.#daemon.wire.end('end of file');
    else await turn();
  }

  /** A frame that the client could get now: the answer to a call, an event, a ping, a packet of the stream. */
  async #target(): Promise<Buffer> {
    const kind = this.#random(10);
    if (kind < 2) return this.#frame(pick(this.#random, messages));
    if (kind < 4) return this.#frame(pick(this.#random, packets));
    const frame = pick(this.#random, replies);
    this.#daemon.hold(frame.name, (serial) => this.#serials.set(frame.name, serial));
    this.#call(frame.name);
    // It leaves at once or in the next tick; where a face asks for something else before, a little later.
    for (let turns = 0; turns < 4 && !this.#serials.has(frame.name); turns++) await turn();
    return this.#frame(frame);
  }

  #frame(frame: RecordedFrame): Buffer {
    if (frame.type === MessageType.MESSAGE) return frameBytes(frame, 0);
    if (frame.type !== MessageType.REPLY) return frameBytes(frame, this.#daemon.streamSerial);
    return frameBytes(frame, this.#serials.get(frame.name) ?? 1 + this.#random(20));
  }

  #pristine(count: number): Buffer[] {
    return Array.from({ length: count }, () =>
      this.#frame(pick(this.#random, this.#random(2) === 0 ? messages : packets)),
    );
  }

  async #end(deadlineMs: number): Promise<void> {
    this.#daemon.wire.end(pick(this.#random, ['end of file', 'reset', 'gone']));
    const stuck = await this.#waiters.stuck(deadlineMs);
    if (stuck.length > 0) throw new Error(`still waiting: ${stuck.join(', ')}`);
    if (this.#waiters.problems.length > 0) throw new Error(`unclear: ${this.#waiters.problems.join('; ')}`);
    const { code } = await this.#connection.closed;
    this.#tally[code === 'MALFORMED_PACKET' ? 'ended' : 'survived']++;
    this.#tally.resolved += this.#waiters.resolved;
    this.#tally.rejected += this.#waiters.rejected;
  }
}

async function drain(items: AsyncIterable<unknown>): Promise<void> {
  for await (const item of items) void item;
}
