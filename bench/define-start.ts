import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Operation, VmState } from '@domus/contract';
import type { Site } from '../system/fixture/site.ts';
import { type Report, sample } from './measurement.ts';
import { OperationWatch } from './operation-watch.ts';
import { startTinySite, TINY } from './tiny-site.ts';

const ROUNDS = 9;
const VM = 'bench';

/** Making and starting a VM over REST (Unix socket) until its operation is known to have succeeded, and the same by virsh. */
export async function defineStart(say: (text: string) => void): Promise<Report> {
  say('starting a site');
  const site = await startTinySite();
  const folder = await mkdtemp(join(tmpdir(), 'domus-bench-'));
  let watch: OperationWatch | undefined;
  try {
    watch = await OperationWatch.open(site);
    const bench = new Bench(site, watch, folder);
    await bench.create(); // copies the image into the pool
    await bench.prepareVirsh();
    await bench.remove();
    const times = { create: [] as Pair[], define: [] as Pair[], start: [] as Pair[] };
    for (let round = 1; round <= ROUNDS; round++) {
      say(`round ${round} of ${ROUNDS}`);
      const oursFirst = round % 2 === 1; // who comes second finds warmer caches
      const before = oursFirst ? undefined : await bench.virshCreate();
      const ours = await bench.create();
      const early = oursFirst ? undefined : await bench.virshStart();
      const started = await bench.start();
      times.start.push({ ours: started, peer: early ?? (await bench.virshStart()) });
      await bench.remove();
      const peer = before ?? (await bench.virshCreate());
      times.create.push({ ours: ours.wholeMs, peer: peer.wholeMs });
      times.define.push({ ours: ours.defineStartMs, peer: peer.defineStartMs });
    }
    const row = (name: string, pairs: Pair[], aim?: number) => ({
      name: `${name} (ms)`,
      better: 'less' as const,
      ours: sample(pairs.map(({ ours }) => ours)),
      peer: sample(pairs.map(({ peer }) => peer)),
      ...(aim === undefined ? {} : { aim }),
    });
    return {
      measurements: [
        row('define + start', times.define, 1.15),
        row('start', times.start, 1.15),
        row('create: volumes, seed, define + start', times.create),
      ],
      notes: [
        'define + start: ours is the whole of create, as a client sees it, without the steps "copy-image" and "create-volumes"; peer `virsh define` and `virsh start` of the same XML, two processes.',
        'start, create: ours from the request to the moment when a client of the event stream knows that the operation succeeded; create with the image already in the pool.',
        'Peer of create: `virsh vol-create`, `vol-create-as`, `vol-upload` of a seed made before, `define`, `start`. Ours also makes the seed.',
        `Median of ${ROUNDS} rounds in turns; an empty disk, the guest stays in its BIOS.`,
      ],
    };
  } finally {
    watch?.close();
    await site.remove();
    await rm(folder, { recursive: true });
  }
}

interface Pair {
  ours: number;
  peer: number;
}
interface Created {
  wholeMs: number;
  defineStartMs: number;
}

class Bench {
  readonly #site: Site;
  readonly #watch: OperationWatch;
  readonly #folder: string;
  #pool = '';
  #rootVolume = '';

  constructor(site: Site, watch: OperationWatch, folder: string) {
    this.#site = site;
    this.#watch = watch;
    this.#folder = folder;
  }

  async create(): Promise<Created> {
    const began = performance.now();
    const body = { name: VM, image: TINY, flavor: 'small' };
    const operation = await this.#watch.succeeded((await this.#site.api.call('vm.create', { body })).id);
    const wholeMs = performance.now() - began;
    const volumesMs = lasted(operation, 'copy-image') + lasted(operation, 'create-volumes');
    return { wholeMs, defineStartMs: wholeMs - volumesMs };
  }

  async start(): Promise<number> {
    await this.#off();
    const began = performance.now();
    await this.#watch.succeeded((await this.#site.api.call('vm.start', { params: { id: VM } })).id);
    return performance.now() - began;
  }

  /** Of the VM that Domus made. */
  async virshStart(): Promise<number> {
    await this.#off();
    const began = performance.now();
    await this.#site.virsh('start', VM);
    return performance.now() - began;
  }

  /** Turns it off, and rests until Domus knows. */
  async #off(): Promise<void> {
    await this.#shown('running');
    await this.#watch.succeeded((await this.#site.api.call('vm.force-off', { params: { id: VM } })).id);
    await this.#shown('stopped');
  }

  async #shown(state: VmState): Promise<void> {
    await this.#site.until(async () => ((await this.#site.vm(VM)).state === state ? true : null));
  }

  async remove(): Promise<void> {
    await this.#watch.succeeded((await this.#site.api.call('vm.delete', { params: { id: VM } })).id);
  }

  /** Keeps what virsh needs to make the same VM: its definition and its volumes. */
  async prepareVirsh(): Promise<void> {
    const [domain, seed] = [this.#file('domain.xml'), this.#file('seed.iso')];
    const xml = await this.#site.virsh('dumpxml', '--inactive', VM);
    await writeFile(domain, xml);
    const [root, iso] = [...xml.matchAll(/pool='([^']+)' volume='([^']+)'/g)];
    if (!root?.[1] || !root[2] || !iso?.[2]) throw new Error('the VM has not the volumes that were expected');
    this.#pool = root[1];
    this.#rootVolume = root[2];
    const volume = await this.#site.virsh('vol-dumpxml', '--pool', this.#pool, this.#rootVolume);
    await writeFile(
      this.#file('root.xml'),
      volume.replace(/<(key|allocation|physical|timestamps|permissions)\b.*?<\/\1>/gs, ''),
    );
    await this.#site.virsh('vol-download', '--pool', this.#pool, iso[2], seed);
    await writeFile(domain, xml.replace(iso[2], 'seed.iso'));
  }

  async virshCreate(): Promise<Created> {
    const virsh = (...args: string[]) => this.#site.virsh(...args);
    const pool = ['--pool', this.#pool];
    const began = performance.now();
    await virsh('vol-create', ...pool, this.#file('root.xml'));
    await virsh('vol-create-as', ...pool, 'seed.iso', '400K', '--format', 'raw');
    await virsh('vol-upload', ...pool, 'seed.iso', this.#file('seed.iso'));
    const defined = performance.now();
    await virsh('define', '--validate', this.#file('domain.xml'));
    await virsh('start', VM);
    const ended = performance.now();
    await virsh('destroy', VM);
    await virsh('undefine', VM);
    for (const volume of ['seed.iso', this.#rootVolume]) await virsh('vol-delete', ...pool, volume);
    // Domus adopts what it sees and lets go of it again: it rests before the next round begins
    await this.#site.until(async () => ((await this.#site.api.call('vm.list')).items.length === 0 ? true : null));
    return { wholeMs: ended - began, defineStartMs: ended - defined };
  }

  #file(name: string): string {
    return join(this.#folder, name);
  }
}

/** How long a step took, in ms. */
function lasted(operation: Operation, step: string): number {
  const { startedAt, endedAt } = operation.steps.find(({ name }) => name === step) ?? {};
  if (!startedAt || !endedAt) throw new Error(`the step ${step} did not run`);
  return Date.parse(endedAt) - Date.parse(startedAt);
}
