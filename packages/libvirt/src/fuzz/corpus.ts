/**
 * Frames that went between this client and real daemons, one a line:
 *
 *     client|daemon  procedure or event  type  status  payload in base64
 *
 * Written by tools/capture-frames.ts. Serials are not kept: whoever replays a frame gives it one.
 */
import { readFileSync } from 'node:fs';
import { KEEPALIVE_PROGRAM } from '../generated/constants.ts';
import { eventMessages } from '../generated/events.ts';
import { procedures } from '../generated/procedures.ts';
import { encodeFrame } from '../rpc/frame.ts';
import type { EventMessage, Procedure } from '../rpc/procedure.ts';
import { XdrWriter } from '../xdr/index.ts';

export const CORPUS_FILE = new URL('corpus/frames.txt', import.meta.url);

export interface RecordedFrame {
  readonly from: 'client' | 'daemon';
  readonly name: string;
  readonly type: number;
  readonly status: number;
  readonly payload: Buffer;
}

export type AnyProcedure = Procedure<unknown, unknown>;
export type AnyEvent = EventMessage<unknown>;

/** By name; without their own types, which a loop over frames cannot know. */
export const proceduresByName = new Map(Object.entries(procedures) as [string, AnyProcedure][]);
export const eventsByName = new Map(Object.entries(eventMessages) as [string, AnyEvent][]);

const KEEPALIVE = { ping: 1, pong: 2 } as const;

/** Program and number of what a frame is about. */
export function placeOf(name: string): { program: number; number: number } {
  const known = proceduresByName.get(name) ?? eventsByName.get(name);
  if (known) return known;
  if (name in KEEPALIVE) return { program: KEEPALIVE_PROGRAM, number: KEEPALIVE[name as keyof typeof KEEPALIVE] };
  throw new Error(`no procedure or event is called ${name}`);
}

const names = new Map(
  [...proceduresByName.keys(), ...eventsByName.keys(), ...Object.keys(KEEPALIVE)].map((name) => {
    const { program, number } = placeOf(name);
    return [`${program}:${number}`, name];
  }),
);

export function nameOf(program: number, number: number): string | undefined {
  return names.get(`${program}:${number}`);
}

export function formatFrame({ from, name, type, status, payload }: RecordedFrame): string {
  return `${from} ${name} ${type} ${status} ${payload.toString('base64')}`;
}

export function readCorpus(): RecordedFrame[] {
  const lines = readFileSync(CORPUS_FILE, 'latin1').split('\n');
  return lines.filter((line) => line !== '').map((line) => parseFrame(line));
}

function parseFrame(line: string): RecordedFrame {
  const [from, name, type, status, payload] = line.split(' ');
  if ((from !== 'client' && from !== 'daemon') || name === undefined || payload === undefined) {
    throw new Error(`no recorded frame: ${line.slice(0, 80)}`);
  }
  return { from, name, type: Number(type), status: Number(status), payload: Buffer.from(payload, 'base64') };
}

const writer = new XdrWriter();

/** The frame as it goes over the wire. */
export function frameBytes({ name, type, status, payload }: RecordedFrame, serial: number): Buffer {
  const { program, number } = placeOf(name);
  const header = { program, procedure: number, type, serial, status };
  return Buffer.from(encodeFrame(writer, name, header, (to) => to.raw(payload)));
}
