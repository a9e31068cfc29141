import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type BlockJobInfo,
  type Connection,
  connect,
  type Domain,
  enums,
  readBackup,
  readCheckpoint,
  readDomain,
} from '../index.ts';
import { PrivateLibvirtd } from '../testing/private-libvirtd.ts';
import { folderPool } from './counting-guest.ts';
import { diskBootSector, domainXml, obstacle } from './fixture.ts';

const run = promisify(execFile);
const BLOCK_BYTES = 64 * 1024;
const { FORCE } = enums.DomainConsoleFlags;
const { DISK_ONLY, NO_METADATA, REDEFINE } = enums.DomainSnapshotCreateFlags;

describe.skipIf(obstacle() !== undefined)('the disks of a real guest', () => {
  let daemon: PrivateLibvirtd;
  let connection: Connection;
  let domain: Domain;
  let serial: Duplex;
  const image = (name: string) => join(daemon.folder, 'lib', name);

  beforeAll(async () => {
    daemon = await PrivateLibvirtd.start({ hostname: 'live-disks' });
    connection = await connect({ uri: daemon.uri() });
    const pool = await folderPool(connection, 'images', join(daemon.folder, 'lib'));
    const boot = await pool.createVolumeXML(
      `<volume><name>boot.raw</name><capacity unit='MiB'>4</capacity><target><format type='raw'/></target></volume>`,
    );
    await pipeline(
      [diskBootSector(), Buffer.alloc(2 * 1024 * 1024), Buffer.alloc(2_000_000, 'x')],
      await boot.upload(),
    );
    const format = `<target><format type='qcow2'/><compat>1.1</compat></target>`;
    const xml = `<volume><name>disk.qcow2</name><capacity unit='MiB'>4</capacity>${format}</volume>`;
    const disk = await pool.createVolumeXMLFrom(xml, boot);
    domain = await connection.domains.defineXML(domainXml('disks', await disk.getPath()));
    domain = await domain.create(enums.DomainCreateFlags.START_PAUSED);
    serial = await domain.openConsole(null, FORCE);
    await domain.resume();
    expect(await answer()).toBe('!');
  });

  afterAll(async () => {
    serial?.destroy();
    await connection?.close();
    await daemon?.stop();
  });

  async function answer(): Promise<string> {
    const [data] = (await once(serial, 'data', { signal: AbortSignal.timeout(60_000) })) as [Buffer];
    return data.toString('latin1');
  }

  /** 'A' has the guest write, 'a' read: see diskBootSector(). */
  async function ask(letter: string): Promise<string> {
    if (serial.destroyed || serial.readableEnded) serial = await domain.openConsole(null, FORCE);
    serial.write(letter);
    return answer();
  }

  /** Where the guest's disk is now, the active image first. */
  async function chain(): Promise<string[]> {
    const disk = readDomain(await domain.getXMLDesc()).devices!.disks![0]!;
    const files = [disk.source?.file];
    for (let backing = disk.backingStore; backing?.source; backing = backing.backingStore)
      files.push(backing.source.file);
    return files.filter((file) => file !== undefined);
  }

  /** Takes an external snapshot, whose metadata is of no use afterwards: the jobs below take its image away again. */
  async function overlay(name: string): Promise<string> {
    const file = image(`${name}.qcow2`);
    const disk = `<disk name='vda'><source file='${file}'/></disk>`;
    const xml = `<domainsnapshot><name>${name}</name><disks>${disk}</disks></domainsnapshot>`;
    await domain.snapshots.createXML(xml, DISK_ONLY | NO_METADATA);
    return file;
  }

  test('snapshots know each other, and going back brings the disk back', async () => {
    expect(await ask('A')).toBe('A');
    expect(await domain.snapshots.current()).toBeUndefined();
    const first = await domain.snapshots.createXML('<domainsnapshot><name>first</name></domainsnapshot>');
    expect(await ask('B')).toBe('B');
    const second = await domain.snapshots.createXML('<domainsnapshot><name>second</name></domainsnapshot>');
    expect(await second.isCurrent()).toBe(true);
    expect((await second.getParent())?.name).toBe('first');
    expect(await first.getParent()).toBeUndefined();
    expect((await first.listChildren()).map(({ name }) => name)).toEqual(['second']);

    await first.revert();
    expect(await ask('a')).toBe('A');
    expect(await ask('b')).toBe('\0');
    expect((await domain.snapshots.current())?.name).toBe('first');

    const xml = await second.getXMLDesc(enums.DomainSnapshotXMLFlags.SECURE);
    await second.delete(enums.DomainSnapshotDeleteFlags.METADATA_ONLY);
    expect((await domain.snapshots.list()).map(({ name }) => name)).toEqual(['first']);
    const redefined = await domain.snapshots.createXML(xml, REDEFINE);
    expect(await redefined.hasMetadata()).toBe(true);
    await redefined.revert();
    expect(await ask('b')).toBe('B');
    await first.delete(enums.DomainSnapshotDeleteFlags.CHILDREN);
    expect(await domain.snapshots.list()).toEqual([]);
  });

  test('an overlay is committed into its base, and the guest pivots to that', async () => {
    const [base] = await chain();
    const top = await overlay('committed');
    expect(await chain()).toEqual([top, base]);
    expect(await ask('C')).toBe('C');
    const job = await domain.blockJobs.commit('vda', { base: base! }, enums.DomainBlockCommitFlags.ACTIVE);
    await job.ready();
    expect(await job.getInfo()).toMatchObject({ type: 'ACTIVE_COMMIT' });
    await job.pivot();
    expect(await job.getInfo()).toBeUndefined();
    expect(await chain()).toEqual([base]);
    expect(await ask('c')).toBe('C');
  });

  test('an overlay swallows its base, at its own speed and with progress', async () => {
    const top = await overlay('pulled');
    const job = await domain.blockJobs.pull('vda', null, 0, { bandwidthBytesPerSecond: 256 * 1024 });
    const seen: BlockJobInfo[] = [];
    let faster: Promise<void> | undefined;
    await job.completed({
      onProgress: (progress) => {
        seen.push(progress);
        faster ??= job.setSpeed(0);
      },
      progressIntervalMs: 10,
    });
    await faster;
    expect(seen[0]).toMatchObject({ type: 'PULL', bandwidthBytesPerSecond: 256 * 1024, end: 4 * 1024 * 1024 });
    expect(await chain()).toEqual([top]);
    expect(await ask('c')).toBe('C');
  });

  test('a disk is copied, and the guest pivots to the copy; or not', async () => {
    const [origin] = await chain();
    const copy = image('copy.qcow2');
    const destination = `<disk type='file'><driver type='qcow2'/><source file='${copy}'/></disk>`;
    const { TRANSIENT_JOB, REUSE_EXT } = enums.DomainBlockCopyFlags;
    const unwanted = await domain.blockJobs.copy('vda', destination, TRANSIENT_JOB, { bandwidthBytesPerSecond: 1024 });
    const found = await domain.blockJobs.find('vda');
    await unwanted.cancel();
    await expect(found!.completed()).rejects.toMatchObject({ code: 'OPERATION_ABORTED' });
    expect(await domain.blockJobs.find('vda')).toBeUndefined();
    expect(await chain()).toEqual([origin]);

    const job = await domain.blockJobs.copy('vda', destination, TRANSIENT_JOB | REUSE_EXT);
    await job.ready();
    expect(await ask('D')).toBe('D');
    await job.pivot();
    expect(await chain()).toEqual([copy]);
    expect(await ask('d')).toBe('D');
  });

  /** Numbers of the blocks that an image has itself, in decimal. */
  async function blocks(file: string): Promise<number[]> {
    const { stdout } = await run('qemu-img', ['map', '-U', '--output=json', file]);
    const map = JSON.parse(stdout) as { start: number; length: number; depth: number; data: boolean; zero: boolean }[];
    return map
      .filter(({ depth, data, zero }) => depth === 0 && data && !zero)
      .flatMap(({ start, length }) =>
        Array.from({ length: length / BLOCK_BYTES }, (_, index) => start / BLOCK_BYTES + index),
      );
  }

  /** qemu-io's own word for other bytes is 'failed'. */
  async function verify(words: string[], ...reads: string[]): Promise<void> {
    const { stdout } = await run('qemu-io', ['-r', ...reads.flatMap((read) => ['-c', read]), ...words]);
    expect(stdout.match(/^read 512\/512 bytes/gm)).toHaveLength(reads.length);
    expect(stdout).not.toContain('failed');
  }

  const pushTo = (file: string, incremental = '') =>
    `<domainbackup mode='push'>${incremental}<disks><disk name='vda' type='file'><target file='${file}'/><driver type='qcow2'/></disk></disks></domainbackup>`;
  const since = (checkpoint: string) => `<incremental>${checkpoint}</incremental>`;
  const checkpoint = (name: string) => `<domaincheckpoint><name>${name}</name></domaincheckpoint>`;

  test('a full backup, then one that has what was changed, and nothing else', async () => {
    const full = await domain.backup.begin(pushTo(image('full.qcow2')), checkpoint('monday'));
    expect(await full.completed()).toMatchObject({
      operation: 'BACKUP',
      totalBytes: 4 * 1024 * 1024,
      remainingBytes: 0,
    });
    expect(await ask('E')).toBe('E');
    expect(await ask('G')).toBe('G');
    const monday = await domain.checkpoints.lookupByName('monday');
    const { disks } = readCheckpoint(await monday.getXMLDesc(enums.DomainCheckpointXMLFlags.SIZE));
    expect(disks?.disks).toMatchObject([{ name: 'vda', bitmap: 'monday', size: 2 * BLOCK_BYTES }]);

    const increment = image('increment.qcow2');
    const job = await domain.backup.begin(pushTo(increment, since('monday')), checkpoint('tuesday'));
    await job.completed();
    expect(await blocks(increment)).toEqual([5, 7]);
    await verify(['-U', increment], `read -P 69 ${5 * BLOCK_BYTES} 512`);
  });

  test('a backup is pulled over NBD, with the map of what was changed', async () => {
    expect(await ask('F')).toBe('F');
    const socket = join(daemon.folder, 'nbd.sock');
    const scratch = `<disk name='vda' backup='yes' type='file' exportname='vda' exportbitmap='changed'><scratch file='${image('scratch.qcow2')}'/></disk>`;
    const job = await domain.backup.begin(
      `<domainbackup mode='pull'>${since('tuesday')}<server transport='unix' socket='${socket}'/><disks>${scratch}</disks></domainbackup>`,
    );
    expect(readBackup(await domain.backup.getXMLDesc())).toMatchObject({ mode: 'pull', incremental: 'tuesday' });
    expect((await domain.job.getStats()).operation).toBe('BACKUP');
    const nbd = `driver=nbd,server.type=unix,server.path=${socket},export=vda`;
    // Where the bitmap stands in for the map of data, QEMU calls "no data" what is dirty.
    const { stdout } = await run('qemu-img', [
      'map',
      '--output=json',
      '--image-opts',
      `${nbd},x-dirty-bitmap=qemu:dirty-bitmap:changed`,
    ]);
    const map = JSON.parse(stdout) as { start: number; length: number; data: boolean }[];
    const changed = map
      .filter(({ data }) => !data)
      .map(({ start, length }) => [start / BLOCK_BYTES, length / BLOCK_BYTES]);
    expect(changed).toEqual([[6, 1]]);
    // What the guest writes from now on is not in this backup.
    expect(await ask('H')).toBe('H');
    await verify(['--image-opts', nbd], `read -P 70 ${6 * BLOCK_BYTES} 512`, `read -P 0 ${8 * BLOCK_BYTES} 512`);
    await job.end();
    expect((await domain.job.getStats()).type).toBe('NONE');
  });

  test('checkpoints know each other, and go', async () => {
    const [monday, tuesday] = await domain.checkpoints.list(enums.DomainCheckpointListFlags.TOPOLOGICAL);
    expect([monday?.name, tuesday?.name]).toEqual(['monday', 'tuesday']);
    expect((await tuesday!.getParent())?.name).toBe('monday');
    expect(await monday!.getParent()).toBeUndefined();
    expect((await monday!.listChildren()).map(({ name }) => name)).toEqual(['tuesday']);
    const wednesday = await domain.checkpoints.createXML(checkpoint('wednesday'));
    expect((await wednesday.getParent())?.name).toBe('tuesday');
    await monday!.delete(enums.DomainCheckpointDeleteFlags.CHILDREN);
    expect(await domain.checkpoints.list()).toEqual([]);
  });

  test('a backup that cannot be written fails with what QEMU says', async () => {
    const small = join(daemon.folder, 'lib/small');
    await mkdir(small);
    const [program, words] = daemon.inside('mount', '-t', 'tmpfs', '-o', 'size=1m', 'small', '/var/lib/libvirt/small');
    await run(program, words);
    const job = await domain.backup.begin(pushTo('/var/lib/libvirt/small/full.qcow2'));
    await expect(job.completed()).rejects.toMatchObject({
      code: 'OPERATION_FAILED',
      message: expect.stringContaining('No space left on device'),
    });
  });
});
