import { readFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';

/** The machine and how busy it is: figures of a busy machine are noisy. */
export function machineLine(): string {
  const [one = 0, five = 0] = loadavg();
  return `${cpus()[0]?.model.trim() ?? 'unknown CPU'}, ${cpus().length} cores, load ${one.toFixed(1)} (1 min) ${five.toFixed(1)} (5 min), Node ${process.version}`;
}

const TICKS_PER_SECOND = 100; // USER_HZ, the same on every Linux

/** CPU time of a process and its threads so far, in ms, to 10 ms. Fields 14 and 15 of proc(5)'s stat. */
export function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
}

/** A process's resident or proportional memory, in MiB. */
export function memoryMiB(pid: number, kind: 'Rss' | 'Pss'): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(new RegExp(`^${kind}:\\s+(\\d+) kB`, 'm').exec(rollup)?.[1]) / 1024;
}

/** A process and all it started. */
export function withDescendants(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  return [pid, ...children.flatMap(withDescendants)];
}
