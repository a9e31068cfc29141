/**
 * Does through our client what libvirt-python just did, call by call, and compares: the same call, where it only reads, and
 * the same call for the twin, where things of the scenario's own are in its arguments.
 */
import type { ConnectOptions } from '../../connection.ts';
import { isLibvirtError, type LibvirtError } from '../../errors.ts';
import { ErrorDomain, ErrorLevel } from '../../generated/enums.ts';
import { asPython, UNTOLD } from './as-python.ts';
import { differences, withMoving } from './compare.ts';
import { type Counterpart, openCounterpart } from './counterpart.ts';
import type { Coverage } from './coverage.ts';
import { movingFields } from './moving.ts';
import { eventDifferences, type Pair } from './event-comparison.ts';
import type { Outcome, PythonPeer, Refusal } from './python-peer.ts';
import { joined, replayStream } from './replay-stream.ts';
import type { AnyProcedure, Journal, Tap, TappedCall, TappedConnection, TapPacket } from './tap.ts';
import { Twins } from './twins.ts';

/** The taps of both clients before one daemon's socket. */
export interface Wire {
  readonly py: Tap;
  readonly ts: Tap;
  readonly credentials?: ConnectOptions['credentials'];
}

/** What a call gave; `received` are the packets of its stream. */
type Answer = { readonly ret: unknown; readonly received?: readonly TapPacket[] } | { readonly refusal: Refusal };

interface Answered {
  readonly procedure: AnyProcedure;
  readonly args: unknown;
  readonly answer: Answer;
  /** Whose thing it was about: compared exactly, or as twins. */
  readonly twins: Twins | undefined;
}

/** Changes nothing: may be called twice, and gives the same twice. */
const READING =
  /^(?!.*Set)(?:.*(?:Get|Lookup|List|NumOf|Num$|NumChildren|Is[A-Z]|Has[A-Z]|Peek|Stats|Addresses|Current$|Compare|Baseline|SupportsFeature|XMLToNative|FindStoragePool|Screenshot|Download))/;
const REGISTRATION = /(Register|Deregister)/;
const OPENING = new Set(['connectOpen', 'adminConnectOpen']);
const CLOSING = new Set(['connectClose', 'adminConnectClose']);
/** Full of nonces: each client makes its own. */
const UNREPEATABLE = /^authSasl(Start|Step)$/;

export class Replay {
  readonly #twins = new Twins();
  /** All so far, and those that are open. */
  readonly #pairs: Pair[] = [];
  readonly #open = new Set<Pair>();
  readonly #early = new Map<TappedConnection, TappedCall[]>();
  readonly #wires: readonly Wire[];
  readonly #py: Journal;
  readonly #ts: Journal;
  readonly #coverage: Coverage;
  #taken: number;

  constructor(wires: readonly Wire[], py: Journal, ts: Journal, coverage: Coverage) {
    this.#wires = wires;
    this.#py = py;
    this.#ts = ts;
    this.#coverage = coverage;
    this.#taken = py.calls.length;
  }

  /** After a statement of the scenario: what differed, with its line. */
  async follow(outcome: Outcome): Promise<string[]> {
    const place = `line ${outcome.line}, ${outcome.source.split('\n')[0]!.slice(0, 100)}`;
    const different = [...(await this.#repeatAll(outcome)), ...(await this.#meet())];
    return different.map((each) => `${place}: ${each}`);
  }

  async #repeatAll(outcome: Outcome): Promise<string[]> {
    const calls = this.#py.calls.slice(this.#taken);
    this.#taken = this.#py.calls.length;
    if ('problem' in outcome) return [outcome.problem];
    if ('pair' in outcome) this.#twins.pairs(...outcome.pair);
    if ('settled' in outcome) return [];
    const problems: string[] = [];
    let last: Answered | undefined;
    const lastChange = calls.findLastIndex(({ procedure: { name } }) => !READING.test(name));
    for (const [at, call] of calls.entries()) {
      // What was read before a change has changed for Python's own things, and not yet for their twins.
      const { answered, different } = await this.#repeat(call, at > lastChange);
      problems.push(...different.map((each) => `${call.procedure.name}: ${each}`));
      const tellsNothing = answered && 'ret' in answered.answer && answered.answer.ret === undefined;
      if (!tellsNothing || !last) last = answered ?? last;
    }
    // Of a change Python tells at most that it is done.
    const done = 'value' in outcome && (outcome.value === 0 || outcome.value === null) && lastChange !== -1;
    if (!last || done) return problems;
    const different = valueDifferences(outcome, last);
    if (different?.length === 0) this.#coverage.valued.add(last.procedure.name);
    return [...problems, ...(different ?? []).map((each) => `in Python: ${each}`)];
  }

  /** After the last statement. */
  async compareEvents(peer: PythonPeer): Promise<string[]> {
    const count = this.#pairs.reduce((sum, { py }) => sum + py.events.length, 0);
    return eventDifferences(this.#pairs, await peer.events(count), this.#twins, this.#coverage);
  }

  async close(): Promise<void> {
    for (const { counterpart } of this.#open) await counterpart.close();
  }

  /** Events reach both, sooner or later; before the next statement. */
  async #meet(): Promise<string[]> {
    const signal = AbortSignal.timeout(10_000);
    try {
      for (const { py, ts } of this.#open) {
        await this.#ts.until(() => ts.events.length >= py.events.length, signal);
        await this.#py.until(() => py.events.length >= ts.events.length, signal);
      }
      return [];
    } catch (error) {
      if (!signal.aborted) throw error;
      const last = [...this.#open].map(({ py, ts }) => [py, ts].map(({ events }) => `${events.length} ${events.at(-1)?.name}`));
      return [`as many events do not come to both: ${JSON.stringify(last)}`];
    }
  }

  async #repeat(call: TappedCall, again: boolean): Promise<{ answered?: Answered; different: string[] }> {
    const pair = this.#pairs.find(({ py }) => py === call.connection);
    if (!pair) return this.#beforeOpen(call);
    const { counterpart } = pair;
    if (CLOSING.has(call.procedure.name)) this.#open.delete(pair);
    const args = this.#twins.of(call.args);
    // The daemon numbers registrations: that of the other client has a twin too.
    const hasTwin = args !== call.args || REGISTRATION.test(call.procedure.name);
    const different: string[] = [];
    let answered: Answered | undefined;
    if (hasTwin) {
      answered = await this.#perform(counterpart, call, args, this.#twins);
      different.push(...this.#judge(call, answered).map((each) => `twin: ${each}`));
    }
    if (!hasTwin || (again && READING.test(call.procedure.name))) {
      answered = await this.#perform(counterpart, call, call.args, undefined);
      different.push(...this.#judge(call, answered));
    }
    return { ...(answered && { answered }), different };
  }

  /** Authentication and questions before CONNECT_OPEN are our client's own; what it does not ask is asked afterwards. */
  async #beforeOpen(call: TappedCall): Promise<{ different: string[] }> {
    const early = [...(this.#early.get(call.connection) ?? []), call];
    this.#early.set(call.connection, early);
    if (!OPENING.has(call.procedure.name)) return { different: [] };
    const wire = this.#wires.find(({ py }) => py === call.connection.tap)!;
    const from = this.#ts.calls.length;
    const { counterpart, refusal } = await this.#connect(call, wire);
    const ours = this.#ts.calls.slice(from);
    const different: string[] = [];
    for (const each of early) {
      const { procedure } = each;
      const equal = ours.find(
        ({ procedure: { name }, args }) =>
          name === procedure.name && (UNREPEATABLE.test(name) || differences(each.args, args).length === 0),
      );
      const answer = equal ? answerOf(equal) : counterpart && (await this.#ask(counterpart, each, each.args));
      if (!answer) different.push(`our client does not call ${procedure.name} before: ${refusal?.message}`);
      else if (UNREPEATABLE.test(procedure.name)) this.#coverage.add(procedure.name, undefined);
      else different.push(...this.#judge(each, { procedure, args: each.args, answer, twins: undefined }));
    }
    if (counterpart) {
      const { connection } = ours.find(({ procedure }) => OPENING.has(procedure.name))!;
      const pair = { py: call.connection, ts: connection, counterpart };
      this.#pairs.push(pair);
      this.#open.add(pair);
    }
    return { different };
  }

  async #connect(call: TappedCall, wire: Wire): Promise<{ counterpart?: Counterpart; refusal?: LibvirtError }> {
    try {
      return { counterpart: await openCounterpart(call, wire.ts.path, this.#ts, wire.credentials) };
    } catch (error) {
      if (isLibvirtError(error)) return { refusal: error };
      throw error;
    }
  }

  async #perform(
    counterpart: Counterpart,
    call: TappedCall,
    args: unknown,
    twins: Twins | undefined,
  ): Promise<Answered> {
    return { procedure: call.procedure, args, answer: await this.#ask(counterpart, call, args), twins };
  }

  async #ask(counterpart: Counterpart, call: TappedCall, args: unknown): Promise<Answer> {
    try {
      if (call.procedure.stream) return await replayStream(counterpart, call, args);
      return { ret: await counterpart.call(call.procedure, args) };
    } catch (error) {
      if (!isLibvirtError(error) || error.number === undefined) throw error;
      return { refusal: refusalOf(error) };
    }
  }

  /** Our answer against what the tap saw of the other client's. */
  #judge(call: TappedCall, { procedure, answer, twins }: Answered): string[] {
    const theirs = answerOf(call);
    const refusal = 'refusal' in theirs ? theirs.refusal.message : undefined;
    const different = answerDifferences(theirs, answer, movingFields(procedure.name, twins !== undefined), twins);
    if (different.length === 0) this.#coverage.add(procedure.name, refusal);
    return different;
  }
}

function answerDifferences(theirs: Answer, ours: Answer, moving: RegExp, twins: Twins | undefined): string[] {
  if ('refusal' in theirs || 'refusal' in ours) return differences(theirs, ours, twins);
  return [
    ...differences(theirs.ret, withMoving(ours.ret, moving), twins),
    ...(ours.received ? differences(theirs.received, withMoving(ours.received, moving), twins, 'stream') : []),
  ];
}

/** What the tap saw of a call. */
function answerOf({ procedure, reply, down }: TappedCall): Answer {
  const failure = down.find((packet) => 'error' in packet);
  if (!reply) throw new Error(`${procedure.name}: no reply`);
  const error = 'error' in reply ? reply.error : failure?.error;
  if (error) {
    const { code: number, domain, level, message } = error;
    return { refusal: { number, domain, level, message: message ?? '' } };
  }
  return { ret: 'ret' in reply ? reply.ret : undefined, ...(procedure.stream && { received: joined(down) }) };
}

function refusalOf(error: LibvirtError): Refusal {
  const domain = ErrorDomain[error.domain as keyof typeof ErrorDomain];
  const level = error.level === 'warning' ? ErrorLevel.WARNING : ErrorLevel.ERROR;
  return { number: error.number!, domain, level, message: error.message };
}

/** What the statement gave in Python against our answer to its last call; undefined where it gave nothing to compare. */
function valueDifferences(outcome: Outcome, { procedure, args, answer, twins }: Answered): string[] | undefined {
  if ('refusal' in outcome) return differences({ refusal: outcome.refusal }, answer, twins);
  if (!('value' in outcome)) return undefined;
  if ('refusal' in answer) return [`${JSON.stringify(outcome.value)}, and here refused: ${answer.refusal.message}`];
  const { value } = outcome;
  if (answer.received && value instanceof Uint8Array) {
    const bytes = answer.received.map((packet) => ('data' in packet ? packet.data : Buffer.alloc(0)));
    return differences(value, Buffer.concat(bytes), twins);
  }
  if (answer.received && Array.isArray(value)) {
    const packets = value.map((each) => (each instanceof Uint8Array ? { data: Buffer.from(each) } : { hole: each as number }));
    return differences(joined(packets), answer.received, twins);
  }
  const ours = asPython(procedure.name, withMoving(answer.ret, movingFields(procedure.name, twins !== undefined)), args);
  if (ours === UNTOLD) return undefined;
  if (ours === undefined) return [`${JSON.stringify(value)}, and here nothing`];
  return differences(value, ours, twins);
}
