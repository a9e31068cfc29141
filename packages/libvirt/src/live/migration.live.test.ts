import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Connection, connect, enums } from '../index.ts';
import { PrivateLibvirtd } from '../testing/private-libvirtd.ts';
import { obstacle } from './fixture.ts';

const traveller = `<domain type='qemu'><name>traveller</name><memory unit='MiB'>32</memory><os><type arch='x86_64' machine='pc'>hvm</type></os><devices><controller type='usb' model='none'/></devices></domain>`;

describe.skipIf(obstacle() !== undefined)('two real hosts', () => {
  const daemons: PrivateLibvirtd[] = [];
  const connections: Connection[] = [];

  beforeAll(async () => {
    for (const hostname of ['live-here', 'live-there']) {
      const daemon = await PrivateLibvirtd.start({ hostname });
      daemons.push(daemon);
      connections.push(await connect({ uri: daemon.uri() }));
    }
  });

  afterAll(async () => {
    for (const connection of connections) await connection.close();
    for (const daemon of daemons) await daemon.stop();
  });

  test('a running domain moves from one to the other', async () => {
    const [here, there] = connections as [Connection, Connection];
    const domain = await here.domains.createXML(traveller);
    const { LIVE } = enums.DomainMigrateFlags;
    const target = `qemu+unix:///system?socket=${daemons[1]!.socketPath}`;
    await domain.migration.toURI(target, LIVE, {
      migrate_uri: `unix://${daemons[1]!.folder}/migration.sock`,
    });
    expect(await here.domains.find(domain.uuid)).toBeUndefined();
    const arrived = await there.domains.lookupByUUID(domain.uuid);
    expect(await arrived.getState()).toEqual({ state: 'RUNNING', reason: 'MIGRATED' });
    await arrived.destroy();
  });
});
