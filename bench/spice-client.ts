import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Recording } from '@domus/spice/node';
import { replay } from '@domus/spice/server';
import { type Measurement, type Report, sample } from './measurement.ts';
import { recordingOf } from './spice-corpus.ts';

const ROUNDS = 7;
const PEER = '/usr/bin/spicy-stats';
const HEADLESS = fileURLToPath(new URL('spice-headless.ts', import.meta.url));
const SESSIONS = ['quic', 'lz', 'glz'] as const;

/** CPU time of whole clients from the display's beginning until all of a recorded session is on it. */
export async function spiceClient(say: (text: string) => void): Promise<Report> {
  if (!existsSync(PEER)) throw new Error(`${PEER} is missing (package spice-client-gtk)`);
  const measurements: Measurement[] = [];
  const notes: string[] = [];
  for (const name of SESSIONS) {
    const recording = await recordingOf(name, 'session', say);
    say(name);
    const ours: number[] = [];
    const peer: number[] = [];
    const turns = [
      async () => ours.push(await cpuMillis(recording, process.execPath, (port) => [HEADLESS, `${port}`])),
      async () => peer.push(await cpuMillis(recording, PEER, (port) => ['-h', '127.0.0.1', '-p', `${port}`])),
    ];
    for (let round = 0; round < ROUNDS; round++) {
      for (const turn of turns) await turn();
      turns.reverse();
    }
    measurements.push({
      name: `${name} (CPU ms)`,
      better: 'less',
      ours: sample(ours),
      peer: sample(peer),
      must: 1.5,
      aim: 1,
    });
    const bytes = recording.messages.reduce((sum, { body }) => sum + body.length, 0);
    notes.push(`${name}: ${recording.messages.length} messages, ${(bytes / 1e6).toFixed(2)} MB`);
  }
  return {
    measurements,
    notes: [
      ...notes,
      'A QXL guest in VGA mode (Debian’s graphical installer being paged through), recorded from libspice-server and replayed as fast as the client takes it.',
      'Counted from DISPLAY_INIT until a ping behind the last message is answered: ours includes what V8 compiles in that time.',
      `Median of ${ROUNDS} rounds in turns; a new process each time.`,
    ],
  };
}

async function cpuMillis(recording: Recording, program: string, args: (port: number) => string[]): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  let before = 0;
  const server = await replay({
    recording,
    speed: 'full',
    onStart: () => {
      before = cpuOf(client.pid!);
    },
    onEnd: () => resolve(cpuOf(client.pid!) - before),
  });
  const client = spawn(program, args(server.port), { stdio: 'ignore' });
  client.once('exit', () => resolve(Number.NaN));
  const spent = await promise;
  client.kill();
  await server.close();
  if (Number.isNaN(spent)) throw new Error(`${program} ended before it had seen all`);
  return spent;
}

/** Milliseconds on a processor, of all threads that live (proc(5), schedstat). */
function cpuOf(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const nanoseconds = threads.map((id) =>
    Number(readFileSync(`/proc/${pid}/task/${id}/schedstat`, 'utf8').split(' ')[0]),
  );
  return nanoseconds.reduce((sum, each) => sum + each, 0) / 1e6;
}
