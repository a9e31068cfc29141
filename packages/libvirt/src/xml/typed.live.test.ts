import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Connection, connect } from '../connection.ts';
import { enums } from '../index.ts';
import { obstacle, virsh } from '../live/fixture.ts';
import type { Domain } from '../objects/domain.ts';
import { PrivateLibvirtd } from '../testing/private-libvirtd.ts';
import {
  buildCheckpoint,
  buildDevice,
  buildDomain,
  buildNetwork,
  buildNwfilter,
  buildSecret,
  buildSnapshot,
  buildStoragePool,
  buildStorageVolume,
  checkXml,
  readCapabilities,
  readCheckpoint,
  readDomain,
  readDomainCapabilities,
  readNetwork,
  readNodeDevice,
  readNwfilter,
  readSecret,
  readSnapshot,
  readStoragePool,
  readStorageVolume,
} from './index.ts';

/** What a daemon printed reads as the schema says and comes back as it was. */
function sound<View extends object>(read: (text: string) => View, text: string): View {
  const view = read(text);
  expect(String(view)).toBe(text);
  expect(checkXml(view)).toBeUndefined();
  return view;
}

describe.skipIf(obstacle() !== undefined)('typed XML and real daemons', () => {
  let daemon: PrivateLibvirtd;
  let connection: Connection;
  let domain: Domain | undefined;

  beforeAll(async () => {
    daemon = await PrivateLibvirtd.start({ hostname: 'typed-xml' });
    connection = await connect({ uri: daemon.uri() });
  });

  afterAll(async () => {
    await domain?.destroy().catch(() => undefined);
    await connection?.close();
    await daemon?.stop();
  });

  test('everything that the test driver prints', async () => {
    await using simulated = await connect({ uri: daemon.uri('test:///default') });
    const guest = sound(readDomain, await (await simulated.domains.lookupByName('test')).getXMLDesc());
    expect(guest).toMatchObject({ type: 'test', id: 1, name: 'test', memory: { unit: 'KiB', value: 8_388_608 } });
    for (const network of await simulated.networks.list()) sound(readNetwork, await network.getXMLDesc());
    for (const pool of await simulated.storagePools.list()) sound(readStoragePool, await pool.getXMLDesc());
    for (const device of await simulated.nodeDevices.list()) sound(readNodeDevice, await device.getXMLDesc());
  });

  test('what the host is', async () => {
    // No check by the schema: it wants what libvirt 9 does not print, and does not take the name `sse4.1` that it prints.
    const text = await connection.host.getCapabilities();
    const capabilities = readCapabilities(text);
    expect(String(capabilities)).toBe(text);
    expect(capabilities.host.cpu?.arch).toBe('x86_64');
    const found = sound(readDomainCapabilities, await connection.host.getDomainCapabilities({ virttype: 'qemu' }));
    const buses = found.devices?.disk?.enums?.find(({ name }) => name === 'bus');
    expect(buses?.values).toContain('virtio');
    for (const device of await connection.nodeDevices.list()) sound(readNodeDevice, await device.getXMLDesc());
  });

  test('what is built is taken by libvirt and read back', async () => {
    const pool = await connection.storagePools.defineXML(
      buildStoragePool({ type: 'dir', name: 'images', target: { path: join(daemon.folder, 'images') } }),
    );
    await pool.build();
    await pool.create();
    const printed = sound(readStoragePool, await pool.getXMLDesc());
    expect(printed).toMatchObject({ type: 'dir', name: 'images', uuid: pool.uuid });

    const volume = await pool.createVolumeXML(
      buildStorageVolume({
        name: 'disk.qcow2',
        capacity: { unit: 'MiB', value: 4 },
        target: { format: { type: 'qcow2' }, compat: '1.1' },
      }),
    );
    const disk = sound(readStorageVolume, await volume.getXMLDesc());
    expect(disk).toMatchObject({ capacity: { unit: 'bytes', value: 4 * 2 ** 20 }, target: { compat: '1.1' } });

    const network = await connection.networks.defineXML(
      buildNetwork({
        name: 'lan',
        ips: [
          { address: '192.168.88.1', prefix: 24, dhcp: { ranges: [{ start: '192.168.88.2', end: '192.168.88.9' }] } },
        ],
      }),
    );
    const lan = sound(readNetwork, await network.getXMLDesc());
    expect(lan.ips?.[0]).toMatchObject({ address: '192.168.88.1', prefix: 24 });
    await network.undefine();

    const filter = await connection.nwfilters.defineXML(
      buildNwfilter({ name: 'drop-all', rules: [{ action: 'drop', direction: 'inout', priority: 500 }] }),
    );
    expect(sound(readNwfilter, await filter.getXMLDesc()).rules?.[0]).toMatchObject({ action: 'drop', priority: 500 });
    await filter.undefine();

    const secret = await connection.secrets.defineXML(
      buildSecret({ ephemeral: 'no', private: 'yes', usage: { type: 'volume', volume: '/none' } }),
    );
    expect(sound(readSecret, await secret.getXMLDesc()).usage).toEqual({ type: 'volume', volume: '/none' });
    await secret.undefine();
  });

  test('a running guest: built, read, edited, hot-plugged, with a snapshot and a checkpoint', async () => {
    const path = join(daemon.folder, 'images/disk.qcow2');
    domain = await connection.domains.defineXML(
      buildDomain({
        type: 'qemu',
        name: 'typed',
        memory: { unit: 'MiB', value: 32 },
        vcpu: { value: 1 },
        os: { type: { arch: 'x86_64', machine: 'pc', value: 'hvm' } },
        features: { acpi: true },
        devices: {
          disks: [
            {
              type: 'file',
              device: 'disk',
              driver: { name: 'qemu', type: 'qcow2' },
              source: { file: path },
              target: { dev: 'vda', bus: 'virtio' },
            },
          ],
          serials: [{ type: 'pty' }],
          graphics: [{ type: 'vnc', autoport: 'yes' }],
        },
        'qemu:commandline': { args: [{ value: '-no-fd-bootchk' }] },
      }),
    );
    await domain.create();
    const text = await domain.getXMLDesc();
    const live = sound(readDomain, text);
    expect(live.devices?.disks?.[0]).toMatchObject({
      source: { file: path, index: 1 },
      alias: { name: 'virtio-disk0' },
    });
    expect(live.devices?.graphics?.[0]?.port).toBeGreaterThan(0);
    expect(live['qemu:commandline']?.args?.[0]?.value).toBe('-no-fd-bootchk');

    const checkpoint = await connection.call('domainCheckpointCreateXML', {
      dom: domain.ref,
      xml_desc: buildCheckpoint({ name: 'point', disks: { disks: [{ name: 'vda', checkpoint: 'bitmap' }] } }),
      flags: 0,
    });
    const described = await connection.call('domainCheckpointGetXMLDesc', {
      checkpoint: checkpoint.checkpoint,
      flags: 0,
    });
    expect(sound(readCheckpoint, described.xml)).toMatchObject({ name: 'point' });
    await connection.call('domainCheckpointDelete', { checkpoint: checkpoint.checkpoint, flags: 0 });

    const snapshot = await domain.snapshots.createXML(buildSnapshot({ name: 'before', description: 'a < b' }));
    const shot = sound(readSnapshot, await snapshot.getXMLDesc());
    expect(shot).toMatchObject({ name: 'before', description: 'a < b', domain: { name: 'typed' } });
    await snapshot.delete();

    await domain.devices.attach(
      buildDevice('inputs', { type: 'keyboard', bus: 'virtio' }),
      enums.DomainDeviceModifyFlags.LIVE,
    );
    const inputs = readDomain(await domain.getXMLDesc()).devices?.inputs?.map(({ type, bus }) => `${type} ${bus}`);
    expect(inputs).toContain('keyboard virtio');

    const definition = readDomain(await domain.getXMLDesc(enums.DomainXMLFlags.INACTIVE));
    definition.title = 'edited';
    definition.devices!.graphics = definition.devices!.graphics!.map((each) => ({ ...each, listen: '127.0.0.1' }));
    expect(checkXml(definition)).toBeUndefined();
    await connection.domains.defineXML(String(definition));
    expect(await virsh(daemon, 'desc', '--title', '--config', 'typed')).toBe('edited');
  });
});
