import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Operation } from '@domus/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Site } from './fixture/site.ts';

let site: Site;
const files = mkdtempSync(join(tmpdir(), 'domus-crash-'));

beforeAll(async () => {
  site = await Site.start();
  // no operating system is needed to be created, crashed and deleted; random bytes, so that copying takes its time
  execFileSync('dd', ['if=/dev/urandom', `of=${files}/disk.raw`, 'bs=1M', 'count=400'], { stdio: 'ignore' });
  execFileSync('qemu-img', ['convert', '-f', 'raw', '-O', 'qcow2', `${files}/disk.raw`, `${files}/disk.qcow2`]);
  const uploaded = await site.domus('image', 'upload', `${files}/disk.qcow2`, '--name', 'blank');
  expect(uploaded).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await site.remove();
  rmSync(files, { recursive: true });
});

const domains = async () => (await site.virsh('list', '--all', '--name')).split('\n').filter((name) => name !== '');
const vmFiles = () => site.poolFiles().filter((name) => name.startsWith('vm-'));
const create = (name: string): Promise<Operation> =>
  site.api.call('vm.create', { body: { name, flavor: 'tiny', image: 'blank' } });
/** Waits until the operation is inside a step. */
const inside = (id: string, step: string) =>
  site.until(async () => {
    const { steps, state } = await site.api.call('operation.show', { params: { id } });
    if (state !== 'running' && state !== 'queued') throw new Error(`the operation is ${state} before ${step} was seen`);
    return steps.find(({ name }) => name === step)?.state === 'running' ? true : null;
  }, 60_000);

describe('kill -9 of the engine', () => {
  it('in the middle of making a VM: it goes on, and nothing is there twice', async () => {
    const { id } = await create('crashed-while-made');
    await inside(id, 'copy-image');
    await site.crash();
    await site.up();
    expect(await site.ended(id)).toMatchObject({ state: 'succeeded' });
    expect(await site.vm('crashed-while-made')).toMatchObject({ state: 'running', operationId: null });
    expect(await domains()).toEqual(['crashed-while-made']);
    expect(vmFiles()).toHaveLength(2);
    expect(site.poolFiles().filter((name) => name.startsWith('image-'))).toHaveLength(1);
  });

  it('again and again while VMs are made and deleted: each ends whole or gone', async () => {
    const started: Operation[] = [];
    for (const name of ['a', 'b', 'c']) started.push(await create(name));
    await site.crash();
    await site.up();
    for (const { id } of started) expect(await site.ended(id)).toMatchObject({ state: 'succeeded' });
    const deletions = [];
    for (const name of ['a', 'b', 'c', 'crashed-while-made'])
      deletions.push(await site.api.call('vm.delete', { params: { id: name } }));
    await site.crash();
    await site.up();
    for (const { id } of deletions) expect(await site.ended(id)).toMatchObject({ state: 'succeeded' });
    expect(await domains()).toEqual([]);
    expect(vmFiles()).toEqual([]);
    expect((await site.api.call('vm.list')).items).toEqual([]);
    expect((await site.api.call('volume.list')).items).toEqual([]);
  });

  it('in the middle of an image build: it goes on; cancelled, nothing of it stays', async () => {
    const { id } = await site.api.call('image.create', {
      body: { entry: 'debian-12', method: 'build', name: 'built' },
    });
    await inside(id, 'fetch');
    await site.until(async () => (builders().length > 0 ? true : null), 60_000);
    await site.crash();
    await site.up();
    await site.until(
      async () =>
        (await site.api.call('operation.show', { params: { id } })).state === 'running' && builders().length > 0
          ? true
          : null,
      60_000,
    );
    await site.api.call('operation.cancel', { params: { id } });
    expect(await site.ended(id)).toMatchObject({ state: 'cancelled', error: { code: 'CANCELLED' } });
    expect((await site.api.call('image.list')).items.map(({ name }) => name)).toEqual(['blank']);
    expect(readdirSync(join(site.dataDir, 'work')).filter((name) => name !== 'apt-cache')).toEqual([]);
    expect(readdirSync(join(site.dataDir, 'images'))).toHaveLength(1);
    expect(builders()).toEqual([]);
    expect(execFileSync('cat', ['/proc/mounts'], { encoding: 'utf8' })).not.toContain(site.dataDir);
  });
});

/** Processes that build in this site's data folder. */
function builders(): string[] {
  return execFileSync('ps', ['-eo', 'args='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes('mmdebstrap') && line.includes(site.dataDir));
}

describe('kill -9 of libvirtd', () => {
  it('leaves guests alive; Domus reconnects and what it says is true again', async () => {
    expect(await site.ended((await create('survivor')).id)).toMatchObject({ state: 'succeeded' });
    const before = await site.vm('survivor');
    const qemu = Number(execFileSync('pgrep', ['-f', 'guest=survivor,'], { encoding: 'utf8' }).trim().split('\n')[0]);
    process.kill(site.libvirtdPid, 'SIGKILL');
    await site.until(async () => ((await site.api.call('host.list')).items[0]?.state === 'up' ? null : true), 30_000);
    await site.until(async () => ((await site.api.call('host.list')).items[0]?.state === 'up' ? true : null), 60_000);
    await site.until(async () => ((await site.vm('survivor')).state === 'running' ? true : null), 30_000);
    expect((await site.vm('survivor')).startedAt).toBe(before.startedAt);
    process.kill(qemu, 0);
    // changed behind Domus's back after the reconnection: events flow again
    await site.virsh('destroy', 'survivor');
    await site.until(async () => ((await site.vm('survivor')).state === 'stopped' ? true : null), 5000);
  });

  it('sees what happened while the engine was away', async () => {
    await site.virsh('start', 'survivor');
    await site.until(async () => ((await site.vm('survivor')).state === 'running' ? true : null), 5000);
    await site.crash();
    await site.virsh('destroy', 'survivor');
    await site.up();
    await site.until(async () => ((await site.vm('survivor')).state === 'stopped' ? true : null), 10_000);
  });
});

describe('kill -9 of QEMU', () => {
  it('shows the VM as stopped, and it starts again', async () => {
    expect(await site.ended((await site.api.call('vm.start', { params: { id: 'survivor' } })).id)).toMatchObject({
      state: 'succeeded',
    });
    process.kill(
      Number(execFileSync('pgrep', ['-f', 'guest=survivor,'], { encoding: 'utf8' }).trim().split('\n')[0]),
      'SIGKILL',
    );
    await site.until(
      async () => (['stopped', 'crashed'].includes((await site.vm('survivor')).state) ? true : null),
      10_000,
    );
    expect(await site.ended((await site.api.call('vm.start', { params: { id: 'survivor' } })).id)).toMatchObject({
      state: 'succeeded',
    });
  });
});

describe('kill -9 of PostgreSQL', () => {
  it('costs nothing that was acknowledged; the engine finds its database again', async () => {
    const { id } = await site.api.call('flavor.create', {
      body: { name: 'kept', vcpus: 1, memoryMiB: 64, diskGiB: 1 },
    });
    const postmaster = execFileSync('head', ['-n1', join(site.dataDir, 'postgres/data/postmaster.pid')], {
      encoding: 'utf8',
    }).trim();
    process.kill(Number(postmaster), 'SIGKILL');
    const flavors = await site.until(
      async () =>
        site.api.call('flavor.list').then(
          (list) => list.items,
          () => null,
        ),
      60_000,
    );
    expect(flavors.some((flavor) => flavor.id === id)).toBe(true);
    // connections live on for a moment after the server; what they then refuse may be asked again
    let attempt = 0;
    const made = await site.until(() => create(`after-${attempt++}`).catch(() => null), 60_000);
    expect(await site.ended(made.id)).toMatchObject({ state: 'succeeded' });
  });
});
