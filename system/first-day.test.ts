import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Host, Vm } from '@domus/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { giveImage } from './fixture/images.ts';
import { Site } from './fixture/site.ts';

let site: Site;
const keys = mkdtempSync(join(tmpdir(), 'domus-key-'));
const key = join(keys, 'id');

beforeAll(async () => {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
  site = await Site.start();
  await giveImage(site, 'debian-12');
});
afterAll(async () => {
  await site.remove();
  rmSync(keys, { recursive: true });
});

describe('the first day with Domus', () => {
  it('ends with the page answering, the administrator’s link and the local host up', async () => {
    expect(site.setupLink).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/setup#[\w-]{43}$/);
    const page = await fetch(site.url);
    expect(page.status).toBe(200);
    const text = await page.text();
    expect(text).toContain('<!doctype html>');
    const script = /src="(\/assets\/[^"]+\.js)"/.exec(text)?.[1];
    const sent = await fetch(new URL(script ?? '', site.url), { headers: { 'accept-encoding': 'br' } });
    expect(sent.headers.get('content-encoding')).toBe('br');
    const [host] = await site.json<Host[]>('host', 'list');
    expect(host).toMatchObject({ state: 'up', mode: 'system', libvirtUri: site.libvirtUri });
    expect(host?.cpu?.virtualisation).toMatchObject(
      /\b(vmx|svm)\b/.test(execFileSync('cat', ['/proc/cpuinfo'], { encoding: 'utf8' }))
        ? {}
        : { extension: 'none', accelerator: 'qemu', reason: 'no-cpu-extension' },
    );
  });

  it('keeps its data folder closed', () => {
    expect((statSync(site.dataDir).mode & 0o777).toString(8)).toBe('700');
  });

  it('makes a VM that virsh sees, that gets an address and lets its user in by key', async () => {
    const vm = await site.json<Vm>(
      'vm',
      'create',
      '--image',
      'debian-12',
      '--flavor',
      'small',
      '--name',
      'first',
      '--user',
      'me',
      '--ssh-key',
      `${key}.pub`,
      '--wait',
    );
    expect(vm).toMatchObject({ name: 'first', state: 'running', accelerator: 'qemu', managed: true });
    expect(await site.virsh('list', '--name')).toContain('first');

    const address = await site.until(async () => (await site.vm('first')).addresses[0]?.ip ?? null, 240_000);
    const ssh = await site.until(async () => {
      const ran = await site.inside(
        'ssh',
        '-i',
        key,
        '-o',
        'StrictHostKeyChecking=no',
        '-o',
        'UserKnownHostsFile=/dev/null',
        '-o',
        'ConnectTimeout=5',
        '-o',
        'BatchMode=yes',
        `me@${address}`,
        'hostname; sudo -n id -u',
      );
      return ran.code === 0 ? ran : null;
    }, 240_000);
    expect(ssh.stdout.split('\n').slice(0, 2)).toEqual(['first', '0']);
  });

  it('runs a program in it through the guest agent, with its exit code', async () => {
    await site.until(async () => ((await site.vm('first')).agentConnected ? true : null), 120_000);
    const uname = await site.domus('vm', 'exec', 'first', '--', 'uname', '-r');
    expect(uname).toMatchObject({ code: 0, stdout: expect.stringMatching(/^6\.1\.\d+-\d+-amd64\n$/) });
    expect(await site.domus('vm', 'exec', 'first', '--', 'sh', '-c', 'echo no >&2; exit 7')).toMatchObject({
      code: 7,
      stderr: 'no\n',
    });
  });

  it('is a guest without failed units, with all of its disk, and without any password', async () => {
    const inside = async (script: string) =>
      (await site.domus('vm', 'exec', '--timeout', '200', 'first', '--', 'sh', '-c', script)).stdout.trim();
    expect(await inside('cloud-init status --wait')).toContain('status: done');
    expect(await inside('systemctl --failed --no-legend')).toBe('');
    expect(Number(await inside('df --output=size -B1 / | tail -1'))).toBeGreaterThan(7 * 1024 ** 3);
    expect(await inside("awk -F: '$2 !~ /^[!*]/ { print $1 }' /etc/shadow")).toBe('');
    expect(await inside('sshd -T | grep ^passwordauthentication')).toBe('passwordauthentication no');
  });

  it('confines the guest: QEMU is not root, and the VM says who it is', async () => {
    const { confinement } = await site.vm('first');
    const [uid] = confinement?.user?.split(':') ?? [];
    expect(Number(uid)).toBeGreaterThan(0);
    const pids = execFileSync('ip', ['netns', 'pids', site.namespace], { encoding: 'utf8' }).trim().split('\n');
    const processes = execFileSync('ps', ['-o', 'uid=,comm=', '-p', pids.join(',')], { encoding: 'utf8' })
      .trim()
      .split('\n');
    const qemu = processes.filter((line) => line.includes('qemu-system'));
    expect(qemu.map((line) => line.trim().split(/\s+/)[0])).toEqual([uid]);
    const listening = (await site.inside('ss', '-Hltnp')).stdout.split('\n').filter((line) => line.includes('qemu'));
    expect(listening).toEqual([]);
  });

  it('takes a data volume while it runs, and gives it back', async () => {
    expect((await site.domus('volume', 'create', '--name', 'data', '--size', '1', '--wait')).code).toBe(0);
    expect((await site.domus('volume', 'attach', 'data', '--vm', 'first', '--wait')).code).toBe(0);
    const seen = () => site.domus('vm', 'exec', 'first', '--', 'lsblk', '-bdno', 'NAME,SIZE');
    expect((await seen()).stdout).toMatch(/vdb +1073741824/);
    expect((await site.domus('volume', 'detach', 'data', '--wait')).code).toBe(0);
    expect((await seen()).stdout).not.toContain('vdb');
    expect((await site.domus('volume', 'delete', 'data', '--yes', '--wait')).code).toBe(0);
  });

  it('pauses, resumes, resets and shuts down by the guest’s own will', async () => {
    expect((await site.domus('vm', 'pause', 'first', '--wait')).code).toBe(0);
    expect(await site.virsh('domstate', 'first')).toContain('paused');
    expect((await site.domus('vm', 'resume', 'first', '--wait')).code).toBe(0);
    expect((await site.domus('vm', 'stop', 'first', '--wait')).code).toBe(0);
    expect(await site.virsh('domstate', 'first')).toContain('shut off');
  });

  it('leaves nothing of a deleted VM', async () => {
    expect((await site.domus('vm', 'delete', 'first', '--yes', '--wait')).code).toBe(0);
    expect(await site.virsh('list', '--all', '--name')).not.toContain('first');
    expect(site.poolFiles().filter((name) => name.startsWith('vm-'))).toEqual([]);
  });

  it('stops and starts again within seconds, and knows what it knew', async () => {
    await site.down();
    const { answeringMs } = await site.up();
    console.log(`second start: page answering after ${Math.round(answeringMs)} ms`);
    expect((await site.json<{ name: string }[]>('image', 'list')).map(({ name }) => name)).toEqual(['debian-12']);
  });
});
