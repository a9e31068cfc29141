/** What calls gave, and where two answers differ. */
import type { LibvirtError } from '../../errors.ts';
import { ErrorDomain, ErrorLevel } from '../../generated/enums.ts';
import { asPython, UNTOLD } from './as-python.ts';
import { differences, withMoving } from './compare.ts';
import { movingFields } from './moving.ts';
import type { Outcome, Refusal } from './python-peer.ts';
import { joined } from './replay-stream.ts';
import type { AnyProcedure, TapPacket, TappedCall } from './tap.ts';
import type { Twins } from './twins.ts';

/** What a call gave; `received` are the packets of its stream. */
export type Answer =
  | { readonly ret: unknown; readonly received?: readonly TapPacket[] }
  | { readonly refusal: Refusal };

export interface Answered {
  readonly procedure: AnyProcedure;
  readonly args: unknown;
  readonly answer: Answer;
  /** Whose thing it was about: compared exactly, or as twins. */
  readonly twins: Twins | undefined;
}

/** Our answer against what the tap saw of the other client's. */
export function answerDifferences(theirs: Answer, { procedure, answer: ours, twins }: Answered): string[] {
  const moving = movingFields(procedure.name, twins !== undefined);
  if ('refusal' in theirs || 'refusal' in ours) return differences(theirs, ours, twins);
  return [
    ...differences(theirs.ret, withMoving(ours.ret, moving), twins),
    ...(ours.received ? differences(theirs.received, withMoving(ours.received, moving), twins, 'stream') : []),
  ];
}

/** What the tap saw of a call. */
export function answerOf({ procedure, reply, down }: TappedCall): Answer {
  const failure = down.find((packet) => 'error' in packet);
  if (!reply) throw new Error(`${procedure.name}: no reply`);
  const error = 'error' in reply ? reply.error : failure?.error;
  if (error) {
    const { code: number, domain, level, message } = error;
    return { refusal: { number, domain, level, message: message ?? '' } };
  }
  return { ret: 'ret' in reply ? reply.ret : undefined, ...(procedure.stream && { received: joined(down) }) };
}

export function refusalOf(error: LibvirtError): Refusal {
  const domain = ErrorDomain[error.domain as keyof typeof ErrorDomain];
  const level = error.level === 'warning' ? ErrorLevel.WARNING : ErrorLevel.ERROR;
  return { number: error.number!, domain, level, message: error.message };
}

/** What Python received from a stream: bytes, or bytes and lengths of holes. */
function asPackets(value: unknown): TapPacket[] | undefined {
  if (value instanceof Uint8Array) return [{ data: Buffer.from(value) }];
  if (!Array.isArray(value)) return undefined;
  return value.map((each) => (each instanceof Uint8Array ? { data: Buffer.from(each) } : { hole: each as number }));
}

/** What the statement gave in Python against our answer to its last call; undefined where it gave nothing to compare. */
export function valueDifferences(outcome: Outcome, { procedure, args, answer, twins }: Answered): string[] | undefined {
  if ('refusal' in outcome) return differences({ refusal: outcome.refusal }, answer, twins);
  if (!('value' in outcome)) return undefined;
  if ('refusal' in answer) return [`${JSON.stringify(outcome.value)}, and here refused: ${answer.refusal.message}`];
  const { value } = outcome;
  const packets = answer.received && asPackets(value);
  if (packets) return differences(joined(packets), answer.received, twins);
  const ours = asPython(
    procedure.name,
    withMoving(answer.ret, movingFields(procedure.name, twins !== undefined)),
    args,
  );
  if (ours === UNTOLD) return undefined;
  if (ours === undefined) return [`${JSON.stringify(value)}, and here nothing`];
  return differences(value, ours, twins);
}
