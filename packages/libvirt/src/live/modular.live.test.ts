import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect, enums } from '../index.ts';
import { PrivateHost } from '../testing/private-host.ts';
import { domainXml, obstacle } from './fixture.ts';
import { modularDaemons, startModularDaemon } from './modular-daemons.ts';
import { openInside } from './open-inside.ts';

const run = promisify(execFile);

describe.skipIf(obstacle() !== undefined)('modular daemons', () => {
  let folder: string;
  let host: PrivateHost;
  const socket = (name: string) => join(host.folder, 'run', name);
  const virsh = async (...args: string[]) =>
    (await run('virsh', ['-c', `qemu+unix:///system?socket=${socket('virtqemud-sock')}`, ...args])).stdout.trim();

  beforeAll(async () => {
    folder = await modularDaemons();
    host = await PrivateHost.make({ hostname: 'modular-test' });
    for (const daemon of ['virtnetworkd', 'virtstoraged', 'virtqemud'] as const) {
      await startModularDaemon(host, folder, daemon);
    }
  });

  afterAll(() => host?.end());

  test('one connection to virtqemud serves networks and storage too', async () => {
    await using connection = await connect({ uri: 'qemu:///system', socketPath: socket('virtqemud-sock') });
    const events = await connection.events.subscribe(['network-lifecycle', 'storage-pool-lifecycle']);
    const network = await connection.networks.defineXML(
      "<network><name>inner</name><bridge name='domus-m0'/></network>",
    );
    expect(await events.next()).toMatchObject({ kind: 'network-lifecycle', event: 'DEFINED' });
    const pool = '<pool type="dir"><name>disks</name><target><path>/var/lib/libvirt/disks</path></target></pool>';
    await mkdir(join(host.folder, 'lib/disks'));
    const disks = await connection.storagePools.defineXML(pool);
    expect(await events.next()).toMatchObject({ kind: 'storage-pool-lifecycle', event: 'DEFINED' });
    await disks.create();
    const volume = await disks.createVolumeXML('<volume><name>a.raw</name><capacity>1048576</capacity></volume>');
    const written = Buffer.alloc(1_048_576, 'domus');
    const upload = await volume.upload();
    upload.end(written);
    await new Promise((resolve, reject) => upload.once('finish', resolve).once('error', reject));
    const chunks: Buffer[] = [];
    for await (const chunk of await volume.download()) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).equals(written)).toBe(true);
    expect(await virsh('net-list', '--all', '--name')).toBe('inner');
    expect(await virsh('vol-list', 'disks')).toContain('a.raw');
    await network.undefine();
  });

  test('a guest is started by virtqemud with a disk of virtstoraged', async () => {
    await using connection = await connect({ uri: 'qemu:///system', socketPath: socket('virtqemud-sock') });
    const pool = await connection.storagePools.lookupByName('disks');
    const format = '<target><format type="qcow2"/></target>';
    const volume = await pool.createVolumeXML(`<volume><name>g</name><capacity>1048576</capacity>${format}</volume>`);
    const domain = await connection.domains.defineXML(domainXml('guest', await volume.getPath()));
    await domain.create(enums.DomainCreateFlags.START_PAUSED);
    expect(await virsh('domstate', 'guest')).toBe('paused');
    await domain.destroy();
    await domain.undefine();
  });

  test('mode chooses between the daemon of the driver and the one for all', async () => {
    const opened = { uri: 'qemu:///system' };
    expect(await openInside(host, 'qemu:///system')).toEqual(opened);
    expect(await openInside(host, 'qemu:///system?mode=direct')).toEqual(opened);
    expect(await openInside(host, 'qemu:///system?mode=legacy')).toMatchObject({
      code: 'CONNECTION_FAILED',
      message: expect.stringContaining('/run/libvirt/libvirt-sock'),
    });
    // Without a URI the daemon that is there is found.
    expect(await openInside(host, '')).toEqual(opened);
    await startModularDaemon(host, folder, 'virtproxyd');
    expect(await openInside(host, 'qemu:///system?mode=legacy')).toEqual(opened);
    expect(await openInside(host, 'xen:///system?mode=direct')).toMatchObject({
      code: 'CONNECTION_FAILED',
      message: expect.stringContaining('/run/libvirt/virtxend-sock'),
    });
  });
});
