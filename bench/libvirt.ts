import { type Connection, connect } from '@domus/libvirt';
import { type Measurement, type Report, sample } from './measurement.ts';
import { LibvirtPeer, type Speed } from './peers/libvirt-peer.ts';
import { TestDriver } from './test-driver.ts';

const ROUNDS = 15;
/** Rounds before the first that counts: a manager's process runs for months, and V8 goes on compiling for some 10,000 calls. */
const WARM_UP_ROUNDS = 10;
const [FEW, MANY] = [100, 1000];

interface Call {
  name: string;
  /** The call's name at the peers. */
  peer: string;
  repetitions: number;
  /** Upper limits for CPU time, ours ÷ peer: of libvirt-python one at a time, of go-libvirt with several in flight. */
  must: { python: number; go: number };
  run: () => Promise<unknown>;
}

/** Client CPU per call and calls per second, in turns with libvirt-python and go-libvirt on the same daemon. */
export async function libvirtCalls(say: (text: string) => void): Promise<Report> {
  const driver = await TestDriver.start();
  const peers: LibvirtPeer[] = [];
  try {
    const [few, many] = [await driver.host(FEW), await driver.host(MANY)];
    await using fewOurs = await connect({ uri: few });
    await using manyOurs = await connect({ uri: many });
    for (const start of [LibvirtPeer.python, LibvirtPeer.go]) peers.push(await start(few, many));
    const calls = await callsOf(fewOurs, manyOurs);
    const measurements: Measurement[] = [];
    for (const call of calls) {
      say(call.name);
      for (const [index, inFlight] of [1, 5, 64].entries()) {
        const [peer, name, must] =
          index === 0 ? ([peers[0]!, 'python', call.must.python] as const) : ([peers[1]!, 'go', call.must.go] as const);
        measurements.push(...(await compare(call, inFlight, peer, `${call.name}, ${inFlight} of ${name}`, must)));
      }
    }
    return { measurements, notes };
  } finally {
    for (const peer of peers) await peer.stop();
    await driver.stop();
  }
}

const notes = [
  '"1 of python": one call at a time against libvirt-python (C binding); "5 of go", "64 of go": so many in flight against go-libvirt.',
  'Same daemon, unix socket, libvirt’s test driver, one connection each. CPU: all threads of the client.',
  `Median of ${ROUNDS} rounds in turns, after ${WARM_UP_ROUNDS} more of ours, in which V8 compiles.`,
];

async function callsOf(few: Connection, many: Connection): Promise<Call[]> {
  const [domain] = await few.domains.list();
  if (domain === undefined) throw new Error('the test driver has no domain');
  const each = { python: 1, go: 0.75 };
  return [
    { name: 'domainGetInfo', peer: 'domainGetInfo', repetitions: 2000, must: each, run: () => domain.getInfo() },
    {
      name: 'domainGetXMLDesc',
      peer: 'domainGetXMLDesc',
      repetitions: 1500,
      must: each,
      run: () => domain.getXMLDesc(),
    },
    { name: `list ${FEW}`, peer: 'list-few', repetitions: 300, must: each, run: () => few.domains.list() },
    {
      name: `list ${MANY}`,
      peer: 'list-many',
      repetitions: 60,
      must: { python: 0.13, go: 0.5 },
      run: () => many.domains.list(),
    },
    {
      name: `stats ${MANY}`,
      peer: 'stats-many',
      repetitions: 30,
      must: { python: 0.18, go: 0.5 },
      run: () => many.domains.getAllDomainStats(),
    },
  ];
}

async function compare(
  call: Call,
  inFlight: number,
  peer: LibvirtPeer,
  name: string,
  must: number,
): Promise<Measurement[]> {
  for (let round = 0; round < WARM_UP_ROUNDS; round++) await measure(call, inFlight);
  await peer.measure(call.peer, call.repetitions, inFlight);
  const ours: Speed[] = [];
  const theirs: Speed[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    theirs.push(await peer.measure(call.peer, call.repetitions, inFlight));
    ours.push(await measure(call, inFlight));
  }
  const cpu = (speeds: Speed[]) => sample(speeds.map(({ cpuMicros }) => cpuMicros));
  const rate = (speeds: Speed[]) => sample(speeds.map(({ perSecond }) => perSecond));
  return [
    { name: `${name} (CPU µs)`, better: 'less', ours: cpu(ours), peer: cpu(theirs), must },
    { name: `${name} (calls/s)`, better: 'more', ours: rate(ours), peer: rate(theirs) },
  ];
}

async function measure({ run, repetitions }: Call, inFlight: number): Promise<Speed> {
  const began = performance.now();
  const before = process.cpuUsage();
  let left = repetitions;
  const worker = async () => {
    while (left-- > 0) await run();
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  const { user, system } = process.cpuUsage(before);
  return { cpuMicros: (user + system) / repetitions, perSecond: (repetitions * 1000) / (performance.now() - began) };
}
