import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allEventKinds, type Connection, connect, enums } from '../index.ts';
import { PrivateLibvirtd } from '../testing/private-libvirtd.ts';
import { obstacle } from './fixture.ts';

const run = promisify(execFile);

describe.skipIf(obstacle() !== undefined)('the test driver in a real libvirtd', () => {
  let daemon: PrivateLibvirtd;
  let connection: Connection;
  const virsh = async (...args: string[]) =>
    (await run('virsh', ['-c', `test+unix:///default?socket=${daemon.socketPath}`, ...args])).stdout.trim();

  beforeAll(async () => {
    daemon = await PrivateLibvirtd.start({ hostname: 'live-test' });
    connection = await connect({ uri: daemon.uri('test:///default') });
  });

  afterAll(async () => {
    await connection?.close();
    await daemon?.stop();
  });

  test('lists are what virsh lists', async () => {
    expect((await connection.domains.list()).map(({ name }) => name)).toEqual([await virsh('list', '--name')]);
    expect((await connection.networks.list()).map(({ name }) => name)).toEqual([await virsh('net-list', '--name')]);
    expect((await connection.storagePools.list()).map(({ name }) => name)).toEqual([
      await virsh('pool-list', '--name'),
    ]);
    const domain = await connection.domains.lookupByName('test');
    expect(domain.uuid).toBe(await virsh('domuuid', 'test'));
    expect(await domain.getXMLDesc()).toBe(`${await virsh('dumpxml', 'test')}\n`);
  });

  test('every kind of event is registered or left out, and what is registered can be given back', async () => {
    const subscription = await connection.events.subscribe(allEventKinds, { skipUnsupported: true });
    expect(subscription.kinds).toEqual(
      expect.arrayContaining([
        'domain-lifecycle',
        'network-lifecycle',
        'storage-pool-lifecycle',
        'node-device-lifecycle',
      ]),
    );
    await subscription.close();
    await expect(connection.events.subscribe(['secret-lifecycle'])).rejects.toMatchObject({ code: 'NO_SUPPORT' });
  });

  test('two hundred calls at a time, on one connection', async () => {
    const domain = await connection.domains.lookupByName('test');
    const infos = await Promise.all(Array.from({ length: 200 }, () => domain.getInfo()));
    expect(new Set(infos.map(({ maxMemoryKiB }) => maxMemoryKiB)).size).toBe(1);
  });

  test('a thousand domains in one list and one bulk of stats', async () => {
    const xml = (n: number) =>
      `<domain type='test'><name>many-${n}</name><memory>1024</memory><os><type>hvm</type></os></domain>`;
    await Promise.all(Array.from({ length: 1000 }, (_, n) => connection.domains.defineXML(xml(n))));
    expect(await connection.domains.list(enums.ConnectListAllDomainsFlags.INACTIVE)).toHaveLength(1000);
    const stats = await connection.domains.getAllDomainStats(enums.DomainStatsTypes.STATE);
    expect(stats).toHaveLength(1001);
    expect(stats.every((record) => typeof record.stats['state.state'] === 'number')).toBe(true);
  });

  test('typed parameters keep their types', async () => {
    const domain = await connection.domains.lookupByName('test');
    const { params } = await connection.call('domainGetSchedulerParameters', { dom: domain.ref, nparams: 1 });
    expect(params).toEqual([{ field: 'weight', value: { type: enums.TypedParameterType.UINT, value: 50 } }]);
  });
});
