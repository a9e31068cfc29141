import { EngineProcess } from './engine-process.ts';
import { cpuMs } from './machine.ts';
import { type Measurement, type Report, sample } from './measurement.ts';
import { LibvirtPeer, type Speed } from './peers/libvirt-peer.ts';
import { TestDriver } from './test-driver.ts';

const ROUNDS = 7;
const SIZES = [
  { vms: 100, peer: 'look-few', requests: 100, looks: 5 },
  { vms: 1000, peer: 'look-many', requests: 15, looks: 1 },
] as const;
const IN_FLIGHT = 8;

/** GET /api/v1/vms over the Unix socket, in turns with libvirt-python reading the same from the same domains. */
export async function restList(say: (text: string) => void): Promise<Report> {
  const driver = await TestDriver.start();
  const measurements: Measurement[] = [];
  try {
    const [few, many] = [await driver.host(SIZES[0].vms), await driver.host(SIZES[1].vms)];
    const python = await LibvirtPeer.python(few, many);
    try {
      for (const [index, size] of SIZES.entries()) {
        say(`${size.vms} VMs`);
        const engine = await EngineProcess.start({ uri: index === 0 ? few : many, vms: size.vms });
        try {
          measurements.push(...(await compare(engine, python, size)));
        } finally {
          await engine.stop();
        }
      }
    } finally {
      await python.stop();
    }
  } finally {
    await driver.stop();
  }
  return {
    measurements,
    notes: [
      'VMs: running domains of libvirt’s test driver, found by the engine’s own resynchronisation; the local administrator asks.',
      'CPU: of the engine’s process (PostgreSQL’s is not in it). Peer: CPU of libvirt-python (libvirtd’s is not in it) for list, then state, info and XML of each domain: what the answer is made of. The engine has it in its table and asks no host, so the ratio shows what the table is worth, not which program is faster.',
      `Median of ${ROUNDS} rounds in turns.`,
    ],
  };
}

async function compare(
  engine: EngineProcess,
  python: LibvirtPeer,
  { vms, peer, requests, looks }: (typeof SIZES)[number],
): Promise<Measurement[]> {
  const bytes = await engine.get('/api/v1/vms');
  await measure(engine, requests, IN_FLIGHT); // compiled before it counts
  const one: Speed[] = [];
  const eight: Speed[] = [];
  const theirs: Speed[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    theirs.push(await python.measure(peer, looks));
    one.push(await measure(engine, requests, 1));
    eight.push(await measure(engine, requests, IN_FLIGHT));
  }
  const cpu = (speeds: Speed[]) => sample(speeds.map(({ cpuMicros }) => cpuMicros / 1000));
  const rate = (speeds: Speed[]) => sample(speeds.map(({ perSecond }) => perSecond));
  const name = `list of ${vms.toLocaleString('en-US')}`;
  return [
    { name: `${name}, body (kB)`, better: 'less', ours: sample([bytes / 1000]), peer: null },
    { name: `${name} (CPU ms)`, better: 'less', ours: cpu(one), peer: cpu(theirs) },
    { name: `${name}, ${IN_FLIGHT} in flight (CPU ms)`, better: 'less', ours: cpu(eight), peer: cpu(theirs) },
    { name: `${name} (requests/s)`, better: 'more', ours: rate(one), peer: rate(theirs) },
    { name: `${name}, ${IN_FLIGHT} in flight (requests/s)`, better: 'more', ours: rate(eight), peer: rate(theirs) },
  ];
}

async function measure(engine: EngineProcess, requests: number, inFlight: number): Promise<Speed> {
  const began = performance.now();
  const before = cpuMs(engine.pid);
  let left = requests;
  const worker = async () => {
    while (left-- > 0) await engine.get('/api/v1/vms');
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  const seconds = (performance.now() - began) / 1000;
  return { cpuMicros: ((cpuMs(engine.pid) - before) * 1000) / requests, perSecond: requests / seconds };
}
