import { setTimeout as delay } from 'node:timers/promises';
import { EngineProcess } from './engine-process.ts';
import { memoryMiB, withDescendants } from './machine.ts';
import { type Measurement, type Report, sample } from './measurement.ts';
import { TestDriver } from './test-driver.ts';

const VMS = 100;
const READINGS = 10;
const EVERY_MS = 2000;

interface Readings {
  engine: number[];
  postgres: number[];
}

/** Memory of the engine's process (RSS) and of its PostgreSQL (PSS of all its processes, so that shared pages count once). */
export async function engineMemory(say: (text: string) => void): Promise<Report> {
  const driver = await TestDriver.start();
  try {
    say('idle, without a host');
    const idle = await readings();
    say(`with ${VMS} VMs`);
    const full = await readings(await driver.host(VMS));
    const row = (name: string, values: number[]): Measurement => ({
      name: `${name} (MiB)`,
      better: 'less',
      ours: sample(values),
      peer: null,
    });
    return {
      measurements: [
        row('engine, no host, RSS', idle.engine),
        row(`engine, ${VMS} VMs, RSS`, full.engine),
        row('PostgreSQL, no host, PSS', idle.postgres),
        row(`PostgreSQL, ${VMS} VMs, PSS`, full.postgres),
      ],
      notes: [
        `VMs: running domains of libvirt’s test driver, found by the engine’s own resynchronisation.`,
        `${READINGS} readings over ${(READINGS * EVERY_MS) / 1000} s after the engine stands; the REST API without the console’s files, no supervised daemon.`,
      ],
    };
  } finally {
    await driver.stop();
  }
}

async function readings(uri?: string): Promise<Readings> {
  const engine = await EngineProcess.start(uri === undefined ? undefined : { uri, vms: VMS });
  try {
    const found: Readings = { engine: [], postgres: [] };
    for (let i = 0; i < READINGS; i++) {
      await delay(EVERY_MS);
      found.engine.push(memoryMiB(engine.pid, 'Rss'));
      found.postgres.push(withDescendants(engine.postgres).reduce((sum, pid) => sum + memoryMiB(pid, 'Pss'), 0));
    }
    return found;
  } finally {
    await engine.stop();
  }
}
