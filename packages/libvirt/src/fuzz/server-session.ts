/** A client that sends a server what nobody should send. */
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { procedures } from '../generated/procedures.ts';
import { encodeFrame, FrameReader, HEADER_BYTES, MessageStatus, MessageType } from '../rpc/frame.ts';
import type { Random } from '../testing/random.ts';
import { XdrWriter } from '../xdr/index.ts';
import { frameBytes, nameOf, proceduresByName, type RecordedFrame } from './corpus.ts';
import { calls, clientPackets } from './material.ts';
import { cut, mutate } from './mutate.ts';
import { isSoundFrame } from './sound-frame.ts';

const MOST_MUTANTS = 8;
const writer = new XdrWriter();
const { program, number } = procedures.connectOpen;

/** CONNECT_OPEN without a name and without flags. */
const opening = Buffer.from(
  encodeFrame(
    writer,
    'connectOpen',
    { program, procedure: number, type: MessageType.CALL, serial: 1, status: MessageStatus.OK },
    (to) => {
      to.present(false);
      to.uint(0);
    },
  ),
);

export interface ServerTally {
  mutants: number;
  /** Mutants that were still calls of the protocol. */
  sound: number;
  answers: number;
  errors: number;
}

/** Sends up to `most` mutants over a new connection; rejects where the server does not end it, or answers with nonsense. */
export async function attackServer(socket: Duplex, random: Random, most: number, tally: ServerTally): Promise<void> {
  const history: string[] = [];
  const problems: unknown[] = [];
  const frames = new FrameReader((header, bytes, start, end) => {
    tally[header.status === MessageStatus.ERROR ? 'errors' : 'answers']++;
    // What is no XDR is stream data or a ping; everything else must be what a client can read.
    if (header.type === MessageType.REPLY) checkAnswer(bytes.subarray(start, end), problems);
  });
  socket.on('data', (bytes: Buffer) => frames.push(bytes));
  socket.on('error', () => socket.destroy());
  const ended = once(socket, 'end');
  socket.write(opening);
  for (let left = Math.min(most, 1 + random(MOST_MUTANTS)); left > 0 && !socket.readableEnded; left--) {
    const frame = pick(random, random(5) === 0 ? clientPackets : calls);
    const { bytes, how } = mutate(frameBytes(frame, 1 + random(9)), random, frameBytes(pick(random, calls), random(9)));
    history.push(`${frame.name}: ${how}`);
    tally.mutants++;
    if (isSoundFrame(bytes, 'client')) tally.sound++;
    const glued = random(4) === 0 ? Buffer.concat([bytes, frameBytes(pick(random, calls), 20)]) : bytes;
    for (const piece of cut(glued.subarray(0, random(16) === 0 ? random(glued.length) : glued.length), random)) {
      socket.write(piece);
    }
    await turn();
  }
  socket.end();
  await Promise.race([ended, turns(2000)]);
  if (!socket.readableEnded) problems.push('the server does not let go');
  if (problems.length > 0)
    throw new Error(`after ${history.join(' · ')}: ${problems.join(', ')}`, { cause: problems[0] });
}

function checkAnswer(frame: Buffer, problems: unknown[]): void {
  const name = nameOf(frame.readUInt32BE(4), frame.readInt32BE(12));
  // An unknown procedure is answered with an error, which is the same for all.
  const isError = frame.readUInt32BE(24) === MessageStatus.ERROR;
  if ((name === undefined || !proceduresByName.has(name)) && isError) return;
  try {
    if (!isSoundFrame(frame)) problems.push(`${name} answered with ${frame.length - HEADER_BYTES} bytes of nonsense`);
  } catch (error) {
    problems.push(error);
  }
}

const pick = (random: Random, frames: readonly RecordedFrame[]): RecordedFrame => frames[random(frames.length)]!;

async function turns(count: number): Promise<void> {
  for (let left = count; left > 0; left--) await turn();
}
