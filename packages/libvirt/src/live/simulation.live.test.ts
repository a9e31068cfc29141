/** The clients of libvirt itself against simulated hosts, out of a thousand in one process. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect, unixTransport } from '../index.ts';
import { lifecycle, nextEvent } from './fixture.ts';

const run = promisify(execFile);
const HOSTS = 1000;
const GUESTS = 100;
const PYTHON = '/usr/bin/python3';
const NEEDED = ['/usr/bin/virsh', '/usr/bin/virt-install', '/usr/lib/python3/dist-packages/libvirt.py'];

function obstacle(): string | undefined {
  const missing = NEEDED.filter((program) => !existsSync(program));
  if (missing.length === 0) return undefined;
  const reason = `live tests of the simulation need ${missing.join(', ')}`;
  if (process.env['CI'] === 'true') throw new Error(reason);
  console.warn(`skipped: ${reason}`);
  return reason;
}

const program = (path: string) => new URL(path, import.meta.url).pathname;
const rssMiB = (pid: number) =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

/** What a process has said so far. */
class Output {
  text = '';
  readonly #process: ChildProcess;

  constructor(process: ChildProcess) {
    this.#process = process;
    process.stdout!.setEncoding('utf8').on('data', (text: string) => {
      this.text += text;
    });
  }

  /** Resolves when it says that; rejects when it ends before. */
  async says(what: RegExp): Promise<void> {
    while (!what.test(this.text)) {
      if (this.#process.exitCode !== null) throw new Error(`it ended: ${this.text}`);
      await Promise.race([once(this.#process.stdout!, 'data'), once(this.#process, 'exit')]);
    }
  }
}

describe.skipIf(obstacle() !== undefined)('a thousand simulated hosts in one process', () => {
  let folder: string;
  let socket: string;
  let server: ChildProcess;

  const uri = (host: number) => `test+unix:///host-${host}?socket=${socket}`;
  const file = (name: string) => join(folder, name);
  const command = async (name: string, ...args: string[]) =>
    (await run(name, args, { timeout: 60_000, env: { ...process.env, HOME: folder, LC_ALL: 'C' } })).stdout.trim();
  const virsh = (host: number, ...args: string[]) => command('virsh', '-c', uri(host), ...args);
  const open = (host: number) => connect({ uri: `test:///host-${host}`, transport: unixTransport([socket]) });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'domus-sim-'));
    socket = file('sock');
    const args = [program('../../examples/simulated-hosts.ts'), socket, String(HOSTS), String(GUESTS)];
    server = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(server.stdout!, 'data');
  });

  afterAll(async () => {
    const ended = once(server, 'exit');
    server.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect(existsSync(socket)).toBe(false);
    await rm(folder, { recursive: true });
  });

  test('our client lists all domains of all of them', async () => {
    const { stdout } = await run(process.execPath, [program('./list-hosts.ts'), socket, String(HOSTS)]);
    const listed = JSON.parse(stdout) as { domains: number; seconds: number; rssMiB: number };
    expect(listed.domains).toBe(HOSTS * GUESTS);
    const figures = [`${listed.seconds.toFixed(2)} s`, `client ${Math.round(listed.rssMiB)} MiB`];
    console.log(`${listed.domains} domains: ${figures.join(', ')}, server ${Math.round(rssMiB(server.pid!))} MiB`);
  });

  test('virsh: what there is', async () => {
    const names = Array.from({ length: GUESTS }, (_, guest) => `host-17-vm-${guest}`).sort();
    expect((await virsh(17, 'list', '--all', '--name')).split('\n').sort()).toEqual(names);
    expect(await virsh(17, 'list', '--all')).toMatch(/ 1 +host-17-vm-0 +running\n/);
    expect(await virsh(17, 'hostname')).toBe('host-17.simulation.invalid');
    expect(await virsh(17, 'version')).toContain('Running hypervisor: Simulation');
    expect(await virsh(17, 'nodeinfo')).toContain('CPU(s):              64');
    expect(await virsh(17, 'capabilities')).toContain('<model>simulation</model>');
    expect(await virsh(17, 'domcapabilities')).toContain('<domain>test</domain>');
    const stats = await virsh(17, 'domstats');
    expect(stats.match(/^Domain: /gm)).toHaveLength(GUESTS);
    for (const key of [
      'state.state=1',
      'cpu.time=',
      'balloon.current=',
      'vcpu.0.time=',
      'net.0.name=vnet1',
      'block.0.name=vda',
    ]) {
      expect(stats).toContain(key);
    }
    expect(await virsh(17, 'dumpxml', 'host-17-vm-3')).toContain('<name>host-17-vm-3</name>');
    expect(await virsh(17, 'domblklist', 'host-17-vm-3')).toContain('/var/lib/libvirt/images/host-17-vm-3.qcow2');
    expect(await virsh(17, 'domifaddr', 'host-17-vm-3')).toContain('10.0.0.5/16');
    expect(await virsh(17, 'dommemstat', 'host-17-vm-3')).toContain('actual 4194304');
    expect(await virsh(17, 'schedinfo', 'host-17-vm-3')).toContain('cpu_shares     : 1024');
    expect(await virsh(17, 'net-list', '--all', '--name')).toBe('default');
    expect((await virsh(17, 'net-dhcp-leases', 'default')).match(/ ipv4 /g)).toHaveLength(90);
    expect(await virsh(17, 'pool-list', '--all', '--details')).toMatch(/default +running +yes +yes +4.00 TiB/);
    expect((await virsh(17, 'vol-list', 'default')).match(/\.qcow2 /g)).toHaveLength(GUESTS);
    expect(await virsh(17, 'nodedev-list')).toContain('net_eth0');
    expect(await virsh(17, 'secret-list')).toContain('UUID');
    await expect(virsh(17, 'dominfo', 'nobody')).rejects.toThrow("failed to get domain 'nobody'");
    await expect(virsh(HOSTS, 'list')).rejects.toThrow('there is no simulated host 1000; there are 1000');
  });

  test('virsh: a domain’s whole life, as virsh itself sees it and as our client does', async () => {
    await writeFile(
      file('domain.xml'),
      `<domain type='test'><name>mine</name><memory unit='MiB'>64</memory><os><type>hvm</type></os></domain>`,
    );
    const ours = await open(18);
    const events = await ours.events.subscribe(['domain-lifecycle']);
    const watching = spawn('virsh', ['-c', uri(18), 'event', '--all', '--loop'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const output = new Output(watching);
    // It does not say when it has registered: an event that does no harm is sent until it sees one.
    const guest = await ours.domains.lookupByName('host-18-vm-0');
    for (let attempt = 0; attempt < 200 && output.text === ''; attempt++) {
      await guest.reboot();
      await Promise.race([output.says(/reboot/), delay(50)]);
    }
    await virsh(18, 'define', file('domain.xml'));
    await virsh(18, 'start', 'mine');
    await virsh(18, 'suspend', 'mine');
    await virsh(18, 'resume', 'mine');
    expect(await virsh(18, 'domstate', 'mine', '--reason')).toBe('running (unpaused)');
    await virsh(18, 'destroy', 'mine');
    await virsh(18, 'undefine', 'mine');
    await nextEvent(events, lifecycle('mine', 'UNDEFINED'));
    await output.says(/Undefined Removed/);
    const ended = once(watching, 'exit');
    watching.kill('SIGINT');
    expect(await ended).toEqual([0, null]);
    for (const event of [
      'Defined Added',
      'Started Booted',
      'Suspended Paused',
      'Resumed Unpaused',
      'Stopped Destroyed',
    ]) {
      expect(output.text).toContain(`event 'lifecycle' for domain 'mine': ${event}`);
    }
    await ours.close();
  });

  test('virsh: volumes up and down, whole and sparse', async () => {
    const content = Buffer.concat([randomBytes(3_000_000), Buffer.alloc(3_000_000), randomBytes(1_000_000)]);
    await writeFile(file('up'), content);
    await virsh(19, 'vol-create-as', 'default', 'v.img', '8000000');
    await virsh(19, 'vol-upload', 'v.img', file('up'), 'default');
    await virsh(19, 'vol-download', 'v.img', file('down'), 'default', '--length', '7000000');
    expect((await readFile(file('down'))).equals(content)).toBe(true);
    await virsh(19, 'vol-upload', 'v.img', file('down'), 'default', '--sparse');
    await virsh(19, 'vol-download', 'v.img', file('sparse'), 'default', '--sparse');
    expect((await readFile(file('sparse'))).subarray(0, 7_000_000).equals(content)).toBe(true);
    const { size, blocks } = await stat(file('sparse'));
    expect(size).toBe(8_000_000);
    expect(blocks * 512).toBeLessThan(7_000_000);
    await virsh(19, 'vol-clone', 'v.img', 'w.img', '--pool', 'default');
    expect(await virsh(19, 'vol-info', 'w.img', 'default')).toContain('7.63 MiB');
    await virsh(19, 'vol-delete', 'v.img', 'default');
    await expect(virsh(19, 'vol-info', 'v.img', 'default')).rejects.toThrow('failed to get vol');
  });

  test('libvirt-python: lists, statistics, callbacks of both kinds, a console', async () => {
    const answer = JSON.parse(await command(PYTHON, program('./simulation-client.py'), uri(20))) as Record<
      string,
      unknown
    >;
    expect(answer).toEqual({
      type: 'Simulation',
      domains: GUESTS,
      stats: GUESTS,
      networks: ['default'],
      pools: ['default'],
      events: [
        ['any', 'host-20-vm-9', 2, 0],
        ['old', 'host-20-vm-9', 2, 0],
        ['any', 'host-20-vm-9', 5, 1],
        ['old', 'host-20-vm-9', 5, 1],
        ['network', 'default', 3, 0],
        ['network', 'default', 2, 0],
      ],
      console: 'simulated console of host-20-vm-0\r\nhello',
    });
  });

  test('virtinst: edits, installs, clones', async () => {
    const at = ['--connect', uri(21)];
    await command('virt-xml', ...at, 'host-21-vm-9', '--edit', '--memory', '2048', '--define');
    expect(await virsh(21, 'dominfo', 'host-21-vm-9')).toContain('Max memory:     2097152 KiB');
    const disk = '/var/lib/libvirt/images/host-21-vm-9.qcow2,target=vdb';
    await command('virt-xml', ...at, 'host-21-vm-0', '--add-device', '--disk', disk, '--update');
    expect(await virsh(21, 'domblklist', 'host-21-vm-0')).toContain('vdb');
    const guest = [
      '--name',
      'fresh',
      '--memory',
      '256',
      '--disk',
      'size=1',
      '--osinfo',
      'generic',
      '--import',
      '--noautoconsole',
    ];
    expect(await command('virt-install', ...at, ...guest, '--print-xml')).toContain('<name>fresh</name>');
    await command('virt-install', ...at, ...guest);
    expect(await virsh(21, 'domstate', 'fresh')).toBe('running');
    const clone = ['--original', 'host-21-vm-9', '--auto-clone'];
    expect(await command('virt-clone', ...at, ...clone, '--print-xml')).toContain('<name>host-21-vm-9-clone</name>');
    await command('virt-clone', ...at, ...clone);
    expect(await virsh(21, 'vol-list', 'default')).toContain('host-21-vm-9-clone.qcow2');
    expect(await virsh(21, 'domstate', 'host-21-vm-9-clone')).toBe('shut off');
  });
});
