import { type Connection, connect } from '@domus/libvirt';
import { type Measurement, type Report, sample } from './measurement.ts';
import { LibvirtPython, type Speed } from './peers/libvirt-python.ts';
import { TestDriver } from './test-driver.ts';

const ROUNDS = 7;
const [FEW, MANY] = [100, 1000];

interface Call {
  name: string;
  /** The call's name at the peer. */
  peer: string;
  repetitions: number;
  /** Upper aim for the CPU time one at a time, ours ÷ peer. */
  aim: number;
  run: () => Promise<unknown>;
}

/** Client CPU per call and calls per second, in turns with libvirt-python on the same daemon. */
export async function libvirtCalls(say: (text: string) => void): Promise<Report> {
  const driver = await TestDriver.start();
  try {
    const [few, many] = [await driver.host(FEW), await driver.host(MANY)];
    await using fewOurs = await connect({ uri: few });
    await using manyOurs = await connect({ uri: many });
    const python = await LibvirtPython.start(few, many);
    try {
      return await compare(await callsOf(fewOurs, manyOurs), python, say);
    } finally {
      await python.stop();
    }
  } finally {
    await driver.stop();
  }
}

async function callsOf(few: Connection, many: Connection): Promise<Call[]> {
  const [domain] = await few.domains.list();
  if (domain === undefined) throw new Error('the test driver has no domain');
  const call = (name: string, peer: string, repetitions: number, aim: number, run: Call['run']): Call => ({
    name,
    peer,
    repetitions,
    aim,
    run,
  });
  return [
    call('domainGetInfo', 'domainGetInfo', 1500, 1, () => domain.getInfo()),
    call('domainGetXMLDesc', 'domainGetXMLDesc', 1000, 1, () => domain.getXMLDesc()),
    call(`list ${FEW}`, 'list-few', 150, 1, () => few.domains.list()),
    call(`list ${MANY}`, 'list-many', 25, 0.13, () => many.domains.list()),
    call(`stats ${MANY}`, 'stats-many', 10, 0.18, () => many.domains.getAllDomainStats()),
  ];
}

async function compare(calls: Call[], python: LibvirtPython, say: (text: string) => void): Promise<Report> {
  const measurements: Measurement[] = [];
  for (const call of calls) {
    say(call.name);
    await measure(call, 1); // compiled before it counts
    await measure(call, 5);
    const one: Speed[] = [];
    const five: Speed[] = [];
    const theirs: Speed[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      theirs.push(await python.measure(call.peer, call.repetitions));
      one.push(await measure(call, 1));
      five.push(await measure(call, 5));
    }
    const cpu = (speeds: Speed[]) => sample(speeds.map(({ cpuMicros }) => cpuMicros));
    const rate = (speeds: Speed[]) => sample(speeds.map(({ perSecond }) => perSecond));
    measurements.push(
      { name: `${call.name} (CPU µs)`, better: 'less', ours: cpu(one), peer: cpu(theirs), aim: call.aim },
      { name: `${call.name}, 5 in flight (CPU µs)`, better: 'less', ours: cpu(five), peer: cpu(theirs) },
      { name: `${call.name} (calls/s)`, better: 'more', ours: rate(one), peer: rate(theirs), aim: 1 },
      { name: `${call.name}, 5 in flight (calls/s)`, better: 'more', ours: rate(five), peer: rate(theirs) },
    );
  }
  const notes = [
    'Peer: libvirt-python (C binding), one call at a time; same daemon, unix socket, libvirt’s test driver.',
    `Median of ${ROUNDS} rounds in turns.`,
  ];
  return { measurements, notes };
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
