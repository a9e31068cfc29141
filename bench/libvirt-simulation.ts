import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { memoryMiB } from './machine.ts';
import { type Report, sample } from './measurement.ts';

const run = promisify(execFile);
const HOSTS = 1000;
const GUESTS = 100;
const ROUNDS = 5;
const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));

interface Listing {
  domains: number;
  seconds: number;
  rssMiB: number;
}

/** All domains of a thousand simulated hosts in one process, a connection to each, listed by ours and by libvirt-python. */
export async function libvirtSimulation(say: (text: string) => void): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), 'domus-bench-'));
  const socket = join(folder, 'sock');
  const example = file('../packages/libvirt/examples/simulated-hosts.ts');
  const server = spawn(process.execPath, [example, socket, String(HOSTS), String(GUESTS)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const serverMiB: number[] = [];
  const list = async (program: string, path: string): Promise<Listing> => {
    const listing = JSON.parse((await run(program, [file(path), socket, String(HOSTS)])).stdout) as Listing;
    if (listing.domains !== HOSTS * GUESTS) throw new Error(`${program} listed ${listing.domains} domains`);
    serverMiB.push(memoryMiB(server.pid!, 'Rss'));
    return listing;
  };
  const [ours, peer]: [Listing[], Listing[]] = [[], []];
  try {
    await once(server.stdout, 'data');
    for (let round = 1; round <= ROUNDS; round++) {
      say(`round ${round} of ${ROUNDS}`);
      ours.push(await list(process.execPath, '../packages/libvirt/src/live/list-hosts.ts'));
      peer.push(await list('/usr/bin/python3', 'peers/list-hosts.py'));
    }
  } finally {
    const ended = once(server, 'exit');
    server.kill();
    await ended;
    await rm(folder, { recursive: true });
  }
  const row = (name: string, of: (listing: Listing) => number) => ({
    name,
    better: 'less' as const,
    ours: sample(ours.map(of)),
    peer: sample(peer.map(of)),
  });
  return {
    measurements: [
      row('connect to 1,000 hosts and list 100,000 domains (s)', ({ seconds }) => seconds),
      row('client with all connections and domains (MiB)', ({ rssMiB }) => rssMiB),
      { name: 'server after that (MiB)', better: 'less', ours: sample(serverMiB), peer: null },
    ],
    notes: [
      `Simulated hosts (examples/simulated-hosts.ts) on one unix socket; ${GUESTS} guests each. Ours opens 64 connections at a time, libvirt-python one.`,
      'Memory is what is resident, the runtimes themselves included. The aim for ours is 2 s, and 400 MiB for client and server together.',
      `Median of ${ROUNDS} rounds in turns.`,
    ],
  };
}
