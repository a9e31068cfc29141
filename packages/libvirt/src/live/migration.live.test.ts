import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Connection, type Domain, enums, type JobStats } from '../index.ts';
import { counted, countingDisk, folderPool, startCounting } from './counting-guest.ts';
import { lifecycle, nextEvent, obstacle } from './fixture.ts';
import { type LiveHost, TwoHosts } from './two-hosts.ts';

const { LIVE, UNSAFE, NON_SHARED_DISK, POSTCOPY } = enums.DomainMigrateFlags;
const IMAGES = '/var/lib/libvirt/images';
/** The guest of countingBootSector() writes more in a second: without end. */
const NEVER_DONE = { bandwidth: 1 };

describe.skipIf(obstacle() !== undefined)('two real hosts', () => {
  let hosts: TwoHosts;
  let images: string;
  let traveller: Domain;
  let reached = 0;

  beforeAll(async () => {
    hosts = await TwoHosts.start();
    const { here, there } = hosts;
    const shared = await folderPool(here.connection, 'shared', hosts.sharedFolder);
    const pool = await folderPool(here.connection, 'images', IMAGES);
    await folderPool(there.connection, 'images', IMAGES);
    images = await countingDisk(pool, 'own.raw');
    traveller = await startCounting(here.connection, 'traveller', await countingDisk(shared, 'shared.raw'));
  });

  afterAll(() => hosts?.end());

  /** It runs there and nowhere else, and went on counting: neither booted again nor set back. */
  async function expectAt(host: LiveHost, domain: Domain, reason: string): Promise<void> {
    const other = host === hosts.here ? hosts.there : hosts.here;
    const found = await host.connection.domains.lookupByUUID(domain.uuid);
    expect(await found.getState()).toEqual({ state: 'RUNNING', reason });
    expect(await other.connection.domains.find(domain.uuid)).toBeUndefined();
    const [first, second, third] = (await counted(found, 3)) as [number, number, number];
    expect(first).toBeGreaterThan(reached);
    expect([second, third]).toEqual([first + 1, first + 2]);
    reached = third;
  }

  /** Moves it to a target that is told as soon as memory is on its way. */
  function migrateWithoutEnd(target: Connection, onWay: () => void, signal?: AbortSignal): Promise<Domain> {
    const onProgress = ({ processedBytes }: JobStats) => processedBytes > 0 && onWay();
    return traveller.migration.to(target, LIVE | UNSAFE, NEVER_DONE, { signal, onProgress, progressIntervalMs: 50 });
  }

  test('a signal ends a migration: the guest goes on where it was', async () => {
    const controller = new AbortController();
    await traveller.migration.setMaxDowntime(1);
    const migration = migrateWithoutEnd(hosts.there.connection, () => controller.abort(), controller.signal);
    await expect(migration).rejects.toMatchObject({ code: 'ABORTED' });
    await expectAt(hosts.here, traveller, 'BOOTED');
    expect((await traveller.job.getStats()).type).toBe('NONE');
  });

  test('a guest on shared storage moves, driven from here', async () => {
    traveller = await traveller.migration.to(hosts.there.connection, LIVE | UNSAFE);
    await expectAt(hosts.there, traveller, 'MIGRATED');
  });

  test('and back, driven by the daemons', async () => {
    await traveller.migration.toURI(`qemu+tcp://${hosts.here.address}/system`, LIVE | UNSAFE);
    traveller = await hosts.here.connection.domains.lookupByUUID(traveller.uuid);
    await expectAt(hosts.here, traveller, 'MIGRATED');
  });

  test('a guest that is never done is switched to post-copy', async () => {
    const events = await hosts.here.connection.events.subscribe(['domain-lifecycle'], { domain: traveller.ref });
    let switched: Promise<void> | undefined;
    await traveller.migration.setMaxDowntime(1);
    const arrived = await traveller.migration.to(hosts.there.connection, LIVE | UNSAFE | POSTCOPY, NEVER_DONE, {
      onProgress: ({ params }) => {
        if (Number(params['memory_iteration']) > 1) switched ??= traveller.migration.startPostCopy();
      },
      progressIntervalMs: 50,
    });
    await switched;
    await nextEvent(events, lifecycle('traveller', 'SUSPENDED', 'POSTCOPY'));
    await events.close();
    await expectAt(hosts.there, arrived, 'MIGRATED');
    traveller = await arrived.migration.to(hosts.here.connection, LIVE | UNSAFE);
  });

  test('a guest takes its own disk along', async () => {
    const { here, there } = hosts;
    const domain = await startCounting(here.connection, 'own', images);
    const before = reached;
    reached = (await counted(domain, 1))[0]!;
    const seen: JobStats[] = [];
    const params = { migrate_uri: `tcp://${there.address}`, migrate_disks: ['vda'] };
    const moved = await domain.migration.to(there.connection, LIVE | NON_SHARED_DISK, params, {
      onProgress: (progress) => seen.push(progress),
      progressIntervalMs: 20,
    });
    expect(seen.at(-1)).toMatchObject({ operation: 'MIGRATION_OUT', params: { disk_total: 16 * 1024 * 1024 } });
    await expectAt(there, moved, 'MIGRATED');
    await moved.destroy();
    reached = before;
  });

  test('a target that dies in the middle: the guest goes on where it was', async () => {
    await traveller.migration.setMaxDowntime(1);
    let death: Promise<void> | undefined;
    const migration = migrateWithoutEnd(hosts.there.connection, () => {
      death ??= hosts.there.daemon.stop();
    });
    await expect(migration).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    await death;
    expect(await traveller.getState()).toMatchObject({ state: 'RUNNING' });
    expect((await counted(traveller, 1))[0]).toBeGreaterThan(reached);
    expect((await traveller.job.getStats()).type).toBe('NONE');
  });
});
