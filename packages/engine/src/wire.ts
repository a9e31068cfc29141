import type { Virtualisation } from '@domus/contract';
import type { Logger } from 'pino';
import {
  AddressWatcher,
  computeMigrations,
  consoleMigrations,
  endTickets,
  VmCreation,
  VmDeletion,
  VmDisks,
  VmGuests,
  VmObserver,
  VmPower,
  VmProvision,
} from './compute/index.ts';
import { describeServer, migrate, type OpenDatabase, openDatabase } from './database/index.ts';
import { EventFeed, eventMigrations, trimEvents } from './events/index.ts';
import { flavorMigrations } from './flavors/index.ts';
import { HostDirectory, hostMigrations } from './hosts/index.ts';
import type { HostFacts, HostLink } from './hypervisor/port.ts';
import { endExpired, identityMigrations } from './identity/index.ts';
import { copyMigrations, Images, imageMigrations } from './images/index.ts';
import { ensureDefaultNetwork, Networks, networkMigrations, observeNetworks } from './networks/index.ts';
import { OperationRunner, operationMigrations } from './operations/index.ts';
import { observePools, storageMigrations, Volumes } from './storage/index.ts';

const HOUSEKEEPING_MS = 10 * 60_000;
const POOLS_EVERY_MS = 15_000;

/** In the order in which their tables refer to each other. */
export const migrations = [
  ...identityMigrations,
  ...eventMigrations,
  ...operationMigrations,
  ...hostMigrations,
  ...flavorMigrations,
  ...networkMigrations,
  ...imageMigrations,
  ...computeMigrations,
  ...storageMigrations,
  ...copyMigrations,
  ...consoleMigrations,
];

export interface EngineOptions {
  databaseUrl: string;
  dataFolder: string;
  /** Name of the default storage pool of every host. */
  poolName: string;
  judge: (facts: HostFacts) => Virtualisation;
  log: Logger;
}

/** Everything that runs in one engine, wired together; the faces speak to this. */
export interface Engine {
  readonly database: OpenDatabase;
  readonly databaseVersion: string;
  readonly startedAt: Date;
  readonly dataFolder: string;
  readonly log: Logger;
  readonly feed: EventFeed;
  readonly hosts: HostDirectory;
  readonly runner: OperationRunner;
  readonly images: Images;
  readonly networks: Networks;
  readonly volumes: Volumes;
  readonly vms: { creation: VmCreation; deletion: VmDeletion; power: VmPower; disks: VmDisks; guests: VmGuests };
  /** Kinds of operations that only go forward. */
  readonly uncancellable: ReadonlySet<string>;
  addHost(name: string, link: HostLink): Promise<string>;
  close(): Promise<void>;
}

export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { log, dataFolder } = options;
  const database = openDatabase(options.databaseUrl, (error) => log.error({ error }, 'a database connection failed'));
  const { db } = database;
  const applied = await migrate(db, migrations);
  if (applied.length > 0) log.info({ applied }, 'migrated the database');

  const feed = new EventFeed(db, options.databaseUrl, (error) => log.error({ error }, 'the event feed failed'));
  await feed.start();
  const hosts = new HostDirectory(db, log, options.judge);
  const observer = new VmObserver(db, hosts, log);
  followStorageAndNetworks(options, db, hosts);
  const addresses = new AddressWatcher(db, hosts, log);

  const images = new Images(db, hosts, dataFolder);
  await images.forgetBrokenUploads();
  const networks = new Networks(db, hosts);
  const volumes = new Volumes(db, hosts);
  const vms = {
    creation: new VmCreation(db, new VmProvision(db, hosts, images, observer).kind),
    deletion: new VmDeletion(db, hosts),
    power: new VmPower(db, hosts, observer),
    disks: new VmDisks(db, hosts),
    guests: new VmGuests(db, hosts),
  };
  const runner = new OperationRunner(database, options.databaseUrl, log);
  const kinds = [
    images.createKind,
    images.deleteKind,
    networks.createKind,
    networks.deleteKind,
    volumes.createKind,
    volumes.deleteKind,
    vms.creation.kind,
    vms.deletion.kind,
    vms.disks.attachKind,
    vms.disks.detachKind,
    ...Object.values(vms.power.kinds),
  ];
  for (const kind of kinds) runner.register(kind);

  const tidy = () =>
    Promise.all([trimEvents(db), endExpired(db), endTickets(db)]).catch((error: unknown) =>
      log.error({ error }, 'housekeeping failed'),
    );
  const timer = setInterval(() => void tidy(), HOUSEKEEPING_MS);
  await runner.start();
  addresses.start();

  return {
    database,
    databaseVersion: await describeServer(db),
    startedAt: new Date(),
    dataFolder,
    log,
    feed,
    hosts,
    runner,
    images,
    networks,
    volumes,
    vms,
    uncancellable: new Set(kinds.filter(({ cancellable }) => cancellable === false).map(({ kind }) => kind)),
    addHost: (name, link) => hosts.add(name, link),
    async close() {
      clearInterval(timer);
      addresses.stop();
      await runner.stop();
      await hosts.close();
      await feed.close();
      await database.close();
    },
  };
}

/** Pools and networks are read again when the host says that they changed, and pools, whose fill level has no event, in between. */
function followStorageAndNetworks(
  { log, poolName }: EngineOptions,
  db: OpenDatabase['db'],
  hosts: HostDirectory,
): void {
  const reading = new Map<string, { again: boolean }>();
  /** One reading of a thing at a time; news that comes meanwhile leads to one more. */
  const read = async (what: string, host: string, work: () => Promise<unknown>): Promise<void> => {
    const key = `${host} ${what}`;
    const running = reading.get(key);
    if (running !== undefined) {
      running.again = true;
      return;
    }
    const state = { again: true };
    reading.set(key, state);
    while (state.again) {
      state.again = false;
      await work().catch((error: unknown) => log.error({ host, error }, `could not read the ${what} of a host`));
    }
    reading.delete(key);
  };
  const timers = new Map<string, NodeJS.Timeout>();
  hosts.subscribe(({ id, name, link }, change) => {
    const pools = () => read('storage pools', name, () => observePools(db, id, link, poolName));
    const networks = () =>
      read('networks', name, () => ensureDefaultNetwork(db, id, link).then(() => observeNetworks(db, id, link)));
    if (change.type === 'up') {
      void pools();
      void networks();
      clearInterval(timers.get(id));
      timers.set(id, setInterval(() => void pools(), POOLS_EVERY_MS).unref());
    }
    if (change.type === 'down') clearInterval(timers.get(id));
    if (change.type === 'storage') void pools();
    if (change.type === 'networks') void networks();
  });
}
