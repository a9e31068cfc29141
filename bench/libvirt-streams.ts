import { execFile } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { connect, type StoragePool } from '@domus/libvirt';
import { PrivateLibvirtd, privateLibvirtdObstacle } from '@domus/libvirt/testing';
import { type Measurement, type Report, sample } from './measurement.ts';

const run = promisify(execFile);
const ROUNDS = 9;
const MEBIBYTE = 1024 * 1024;
const SIZE_MIB = 512;

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
    await makeFile(full, SIZE_MIB);
    await makeFile(sparse, SIZE_MIB / 4);
    const virsh = (...args: string[]) =>
      run('virsh', ['-c', `qemu+unix:///system?socket=${daemon.socketPath}`, ...args, '--pool', 'pool']);
    const lab: Lab = { pool, virsh, folder: memory, startMs: 0 };
    await volume(lab, 'start');
    const starts: number[] = [];
    for (let i = 0; i < ROUNDS; i++) starts.push(await took(() => virsh('vol-info', 'start')));
    lab.startMs = sample(starts).median;
    const measurements: Measurement[] = [];
    for (const [name, flow] of Object.entries(flows)) {
      say(name);
      measurements.push(await compare(lab, name, flow, name.includes('sparse') ? sparse : full));
    }
    return { measurements, notes: notes(lab) };
  } finally {
    await daemon.stop();
    await rm(memory, { recursive: true });
  }
}

interface Lab {
  readonly pool: StoragePool;
  readonly virsh: (...args: string[]) => Promise<unknown>;
  readonly folder: string;
  /** What virsh takes to start, connect and look a volume up. */
  startMs: number;
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

async function compare(lab: Lab, name: string, flow: Flow, file: string): Promise<Measurement> {
  await volume(lab, name);
  await flows[name.includes('sparse') ? 'sparse upload' : 'upload']!.ours(lab, name, file);
  const ours: number[] = [];
  const theirs: number[] = [];
  const turns = [
    async () => theirs.push((await took(() => lab.virsh(...flow.virsh(name, file)))) - lab.startMs),
    async () => ours.push(await took(() => flow.ours(lab, name, file))),
  ];
  for (let round = 0; round < ROUNDS; round++) {
    for (const turn of turns) await turn();
    turns.reverse();
  }
  const speed = (ms: number[]) => sample(ms.map((each) => (SIZE_MIB * MEBIBYTE) / 1e3 / each));
  return { name: `${name} (MB/s)`, better: 'more', ours: speed(ours), peer: speed(theirs), must: 1 };
}

const notes = (lab: Lab): string[] => [
  `A raw volume of ${SIZE_MIB} MiB in a directory pool, a file at this side, both in memory (tmpfs): no disk takes part; packets of the same size.`,
  `Peer: virsh vol-upload and vol-download, less ${Math.round(lab.startMs)} ms that virsh vol-info takes.`,
  `Sparse: ${SIZE_MIB / 4} MiB of data, then a hole. virsh asks the file system for it; ours asks qemu-img, since Node cannot.`,
  `Median of ${ROUNDS} rounds, each of both, in turns who is first.`,
];

async function volume({ pool }: Lab, name: string): Promise<void> {
  await pool.createVolumeXML(
    `<volume><name>${name}</name><capacity unit='MiB'>${SIZE_MIB}</capacity><target><format type='raw'/></target></volume>`,
  );
}

/** Random bytes, then a hole up to the volume's size. */
async function makeFile(path: string, dataMiB: number): Promise<void> {
  await using file = await open(path, 'w');
  await file.write(randomFillSync(Buffer.alloc(dataMiB * MEBIBYTE)));
  await file.truncate(SIZE_MIB * MEBIBYTE);
}

async function took(what: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await what();
  return performance.now() - began;
}
