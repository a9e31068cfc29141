import { spawn } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { connect, type StoragePool } from '@domus/libvirt';
import { PrivateLibvirtd, privateLibvirtdObstacle } from '@domus/libvirt/testing';
import { type Measurement, type Report, sample } from './measurement.ts';

const ROUNDS = 41;
const MEBIBYTE = 1024 * 1024;
const DATA_MIB = 512;
const SIZE_MIB = { full: DATA_MIB, sparse: 4 * DATA_MIB };

/** Volumes there and back, a file at this side, in turns with virsh on the same daemon. */
export async function libvirtStreams(say: (text: string) => void): Promise<Report> {
  const obstacle = privateLibvirtdObstacle();
  if (obstacle !== undefined) throw new Error(`the comparison needs a libvirtd of its own: ${obstacle}`);
  const daemon = await PrivateLibvirtd.start();
  const memory = await mkdtemp('/dev/shm/domus-bench-');
  try {
    await using connection = await connect({ uri: daemon.uri() });
    const folder = join(memory, 'volumes');
    await mkdir(folder);
    const pool = await connection.storagePools.createXML(
      `<pool type='dir'><name>pool</name><target><path>${folder}</path></target></pool>`,
    );
    const [full, sparse] = [join(memory, 'full'), join(memory, 'sparse')];
    await makeFile(full, SIZE_MIB.full);
    await makeFile(sparse, SIZE_MIB.sparse);
    await using virsh = new Virsh(`qemu+unix:///system?socket=${daemon.socketPath}`);
    const lab: Lab = { pool, virsh, folder: memory };
    const measurements: Measurement[] = [];
    for (const [name, flow] of Object.entries(flows)) {
      say(name);
      const [file, sizeMiB] = name.includes('sparse') ? [sparse, SIZE_MIB.sparse] : [full, SIZE_MIB.full];
      measurements.push(await compare(lab, name, flow, file, sizeMiB));
    }
    return { measurements, notes };
  } finally {
    await daemon.stop();
    await rm(memory, { recursive: true });
  }
}

interface Lab {
  readonly pool: StoragePool;
  readonly virsh: Virsh;
  readonly folder: string;
}

/** A virsh that is connected and takes one command after another: its start is not counted. */
class Virsh implements AsyncDisposable {
  readonly #process;
  readonly #lines;
  #complaint = '';

  constructor(uri: string) {
    this.#process = spawn('virsh', ['-c', uri]);
    this.#process.stderr.setEncoding('utf8').on('data', (text) => (this.#complaint += text));
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  async run(...words: string[]): Promise<void> {
    this.#process.stdin.write(`${words.map((word) => `'${word}'`).join(' ')}\necho finished\n`);
    for (let line = ''; line !== 'finished'; ) {
      const next = await this.#lines.next();
      if (next.done || this.#complaint) throw new Error(`virsh ${words[0]}: ${this.#complaint || 'it went away'}`);
      line = next.value;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.stdin.end('quit\n');
    while (!(await this.#lines.next()).done);
  }
}

interface Flow {
  readonly ours: (lab: Lab, name: string, file: string) => Promise<unknown>;
  readonly virsh: (name: string, file: string) => string[];
}

const flows: Record<string, Flow> = Object.fromEntries(
  [false, true].flatMap((sparse) => {
    const prefix = sparse ? 'sparse ' : '';
    const flag = sparse ? ['--sparse'] : [];
    const upload: Flow = {
      ours: async ({ pool }, name, file) => (await pool.lookupVolumeByName(name)).uploadFile(file, { sparse }),
      virsh: (name, file) => ['vol-upload', name, file, ...flag],
    };
    const download: Flow = {
      ours: async ({ pool, folder }, name) =>
        (await pool.lookupVolumeByName(name)).downloadFile(join(folder, 'ours'), { sparse }),
      virsh: (name, file) => ['vol-download', name, `${file}.theirs`, ...flag],
    };
    return [
      [`${prefix}upload`, upload],
      [`${prefix}download`, download],
    ];
  }),
);

async function compare(lab: Lab, name: string, flow: Flow, file: string, sizeMiB: number): Promise<Measurement> {
  await volume(lab, name, sizeMiB);
  await flows[name.includes('sparse') ? 'sparse upload' : 'upload']!.ours(lab, name, file);
  const ours: number[] = [];
  const theirs: number[] = [];
  const turns = [
    async () => theirs.push(await took(() => lab.virsh.run(...flow.virsh(name, file), '--pool', 'pool'))),
    async () => ours.push(await took(() => flow.ours(lab, name, file))),
  ];
  for (let round = 0; round < ROUNDS; round++) {
    for (const turn of turns) await turn();
    turns.reverse();
  }
  const speed = (ms: number[]) => sample(ms.map((each) => (sizeMiB * MEBIBYTE) / 1e3 / each));
  return { name: `${name} (MB/s)`, better: 'more', ours: speed(ours), peer: speed(theirs), must: 1 };
}

const notes = [
  `A raw volume of ${SIZE_MIB.full} MiB in a directory pool, a file at this side, both in memory (tmpfs): no disk takes part; packets of the same size.`,
  'Peer: vol-upload and vol-download in a virsh that is connected already, as ours is.',
  `Sparse: as much data in ${SIZE_MIB.sparse} MiB, then a hole. virsh asks the file system for it; ours asks qemu-img, since Node cannot.`,
  `Median of ${ROUNDS} rounds, each of both, in turns who is first.`,
];

async function volume({ pool }: Lab, name: string, sizeMiB: number): Promise<void> {
  await pool.createVolumeXML(
    `<volume><name>${name}</name><capacity unit='MiB'>${sizeMiB}</capacity><target><format type='raw'/></target></volume>`,
  );
}

/** Random bytes, then a hole up to the volume's size. */
async function makeFile(path: string, sizeMiB: number): Promise<void> {
  await using file = await open(path, 'w');
  await file.write(randomFillSync(Buffer.alloc(DATA_MIB * MEBIBYTE)));
  await file.truncate(sizeMiB * MEBIBYTE);
}

async function took(what: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await what();
  return performance.now() - began;
}
