/**
 * Does through our client what libvirt-python just did, call by call, and compares: the same call, where it only reads, and
 * the same call for the twin, where things of the scenario's own are in its arguments.
 */
import type { ConnectOptions } from '../../connection.ts';
import { isLibvirtError, type LibvirtError } from '../../errors.ts';
import { type Answer, type Answered, answerDifferences, answerOf, refusalOf, valueDifferences } from './answers.ts';
import { differences } from './compare.ts';
import { type Counterpart, openCounterpart } from './counterpart.ts';
import type { Coverage } from './coverage.ts';
import { eventDifferences, type Pair } from './event-comparison.ts';
import type { Outcome, PythonPeer } from './python-peer.ts';
import { replayStream } from './replay-stream.ts';
import type { Journal, Tap, TappedCall, TappedConnection } from './tap.ts';
import { Twins } from './twins.ts';

/** The taps of both clients before one daemon's socket. */
export interface Wire {
  readonly py: Tap;
  readonly ts: Tap;
  readonly credentials?: ConnectOptions['credentials'];
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
      const last = [...this.#open].map(({ py, ts }) =>
        [py, ts].map(({ events }) => `${events.length} ${events.at(-1)?.name}`),
      );
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
      answered = { procedure: call.procedure, args, answer: await ask(counterpart, call, args), twins: this.#twins };
      different.push(...this.#judge(call, answered).map((each) => `twin: ${each}`));
    }
    if (!hasTwin || (again && READING.test(call.procedure.name))) {
      answered = { ...call, answer: await ask(counterpart, call, call.args), twins: undefined };
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
      const answer = equal ? answerOf(equal) : counterpart && (await ask(counterpart, each, each.args));
      if (!answer) different.push(`our client does not call ${procedure.name} before: ${refusal?.message}`);
      else if (UNREPEATABLE.test(procedure.name)) this.#coverage.add(procedure.name, false);
      else different.push(...this.#judge(each, { ...each, answer, twins: undefined }));
    }
    if (counterpart) {
      const { connection } = ours.find(({ procedure }) => OPENING.has(procedure.name))!;
      const pair = { py: call.connection, ts: connection, counterpart };
      this.#pairs.push(pair);
      this.#open.add(pair);
    }
    return { different };
  }

  #judge(call: TappedCall, answered: Answered): string[] {
    const theirs = answerOf(call);
    const different = answerDifferences(theirs, answered);
    if (different.length === 0) this.#coverage.add(call.procedure.name, 'refusal' in theirs);
    return different;
  }

  async #connect(call: TappedCall, wire: Wire): Promise<{ counterpart?: Counterpart; refusal?: LibvirtError }> {
    try {
      return { counterpart: await openCounterpart(call, wire.ts.path, this.#ts, wire.credentials) };
    } catch (error) {
      if (isLibvirtError(error)) return { refusal: error };
      throw error;
    }
  }
}

async function ask(counterpart: Counterpart, call: TappedCall, args: unknown): Promise<Answer> {
  try {
    if (call.procedure.stream) return await replayStream(counterpart, call, args);
    return { ret: await counterpart.call(call.procedure, args) };
  } catch (error) {
    // Only what the daemon said is an answer.
    if (!isLibvirtError(error) || error.number === undefined) throw error;
    return { refusal: refusalOf(error) };
  }
}
