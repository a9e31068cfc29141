/** Faults on demand: what a daemon, its host or the way to it may do wrong with one procedure. */
import type { ProcedureName } from '../caller.ts';
import type { ServerErrorCode } from '../errors.ts';
import { HEADER_BYTES } from '../rpc/frame.ts';
import { ServerFailure } from './failure.ts';

/** What goes wrong with a procedure. */
export type Fault =
  | { readonly kind: 'slow'; readonly delayMs: number }
  /** Never answers; the call keeps its place among those that the server takes at a time. */
  | { readonly kind: 'hung' }
  /** Works, but closes the connection after so many bytes of the reply; 0: before it. */
  | { readonly kind: 'dropped'; readonly afterBytes: number }
  /** Works, but spoils the bytes of the reply. */
  | { readonly kind: 'malformed'; readonly how: Malformation }
  /** Answers with an error instead of working. */
  | { readonly kind: 'error'; readonly code: ServerErrorCode; readonly message?: string };

/** How the bytes of a reply are spoilt. */
export type Malformation =
  | 'frame-length-0'
  | 'frame-length-4-gib'
  | 'wrong-program'
  /** The last four bytes are missing, and the frame's length says so. */
  | 'truncated'
  /** For results that begin with a list or a text: its length is 4,294,967,295. */
  | 'list-over-limit'
  /** For results with a text: the first byte of the first one is 0xff. To our client that is a text all the same. */
  | 'bad-utf8';

/** The faults of one host, by procedure; `*` is any procedure that has none of its own. */
export class Faults {
  readonly #faults = new Map<ProcedureName | '*', Fault>();

  /** From now on, until it is cleared. */
  set(procedure: ProcedureName | '*', fault: Fault): void {
    this.#faults.set(procedure, fault);
  }

  /** Without a procedure: all of them. */
  clear(procedure?: ProcedureName | '*'): void {
    if (procedure === undefined) this.#faults.clear();
    else this.#faults.delete(procedure);
  }

  /** Its own fault, or that of `*`. */
  of(procedure: string): Fault | undefined {
    return this.#faults.get(procedure as ProcedureName) ?? this.#faults.get('*');
  }
}

const PROGRAM_AT = 4;
const NO_PROGRAM = 0x6e6f_6e65;

/** A spoiled copy of a reply. `ret` is what the reply says; a result that cannot be spoiled so fails the call. */
export function spoil(reply: Buffer, ret: unknown, how: Malformation): Buffer {
  const bytes = Buffer.from(reply);
  switch (how) {
    case 'frame-length-0':
      bytes.writeUInt32BE(0, 0);
      return bytes;
    case 'frame-length-4-gib':
      bytes.writeUInt32BE(0xffff_ffff, 0);
      return bytes;
    case 'wrong-program':
      bytes.writeUInt32BE(NO_PROGRAM, PROGRAM_AT);
      return bytes;
    case 'truncated':
      bytes.writeUInt32BE(bytes.length - 4, 0);
      return bytes.subarray(0, -4);
    case 'list-over-limit':
      if (!beginsWithLength(ret))
        throw new ServerFailure('OPERATION_INVALID', 'the result begins with no list or text');
      bytes.writeUInt32BE(0xffff_ffff, HEADER_BYTES);
      return bytes;
    case 'bad-utf8':
      bytes[placeOfText(bytes, ret)] = 0xff;
      return bytes;
  }
}

function beginsWithLength(ret: unknown): boolean {
  const first: unknown = Object.values(ret ?? {})[0];
  return Array.isArray(first) || typeof first === 'string';
}

/** Where the first text of the result begins: behind its length, at a multiple of four. UUIDs are no text on the wire. */
function placeOfText(reply: Buffer, ret: unknown): number {
  for (const text of textsIn(ret)) {
    const wanted = Buffer.from(text);
    for (let at = HEADER_BYTES + 4; at + wanted.length <= reply.length; at += 4) {
      const isThere = reply.readUInt32BE(at - 4) === wanted.length && reply.subarray(at).indexOf(wanted) === 0;
      if (isThere) return at;
    }
  }
  throw new ServerFailure('OPERATION_INVALID', 'there is no text in the result');
}

function* textsIn(value: unknown): Generator<string> {
  if (typeof value === 'string' && value !== '') yield value;
  else if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) {
    for (const part of Object.values(value)) yield* textsIn(part);
  }
}
