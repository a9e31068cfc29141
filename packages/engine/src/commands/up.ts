import { spawn } from 'node:child_process';
import { openSync, writeFileSync } from 'node:fs';
import { DomusError } from '@domus/contract';
import pino, { type Logger } from 'pino';
import { startPrivateServer } from '../database/index.ts';
import type { HostFacts } from '../hypervisor/port.ts';
import { makeSetupToken } from '../identity/index.ts';
import { judgeVirtualisation, localLanguage, prepareMachine, readLocalVirtualisation } from '../machine/index.ts';
import { defaultNetwork } from '../networks/index.ts';
import { type DataFolder, openDataFolder, supervise, until } from '../site/index.ts';
import { defaultPool } from '../storage/index.ts';
import { type Engine, startEngine } from '../wire.ts';
import type { UpArguments } from './arguments.ts';
import { listen } from './listen.ts';
import { addLocalHost } from './local-host.ts';
import { wording } from './wording.ts';

const HOST_WAIT_MS = 30_000;
const SUPERVISE_MS = 2000;

/** Starts everything and stays until it is told to stop. Answers the exit code. */
export async function up(args: UpArguments, version: string): Promise<number> {
  const language = localLanguage();
  const say = wording(language);
  const tell =
    process.send === undefined ? (line: string) => console.log(line) : (line: string) => process.send?.({ line });
  const prepared = await prepareMachine({ yes: args.yes, noInstall: args.noInstall, report: tell, language });
  if (!prepared.ok) return prepared.exitCode;
  if (args.noInstall) return 0;

  const folder = openDataFolder(args.dataDir, true);
  if (args.detach) {
    const running = folder.holder();
    if (running === null) return detach(folder, args);
  }
  folder.lock();
  const stopping = stopSignal();
  const log = pino(
    { level: process.env['DOMUS_LOG_LEVEL'] ?? 'info', serializers: { error: pino.stdSerializers.err } },
    pino.destination({ dest: folder.inside('log/engine.log'), append: true, mode: 0o600, sync: false }),
  );
  const closers: (() => Promise<void> | void)[] = [() => folder.unlock()];
  try {
    const engine = await begin(folder, log, closers);
    const listening = await listen(engine, folder, args, version);
    closers.push(() => listening.close());
    writeFileSync(folder.inside('run/url'), listening.url, { mode: 0o600 });
    tell(say.address(listening.url));
    if (listening.caPath !== null) tell(say.authority(listening.caPath));
    const token = await makeSetupToken(engine.database.db);
    if (token !== null) tell(say.setupLink(`${listening.url}/setup#${token}`));

    const host = await addLocalHost(engine, folder, args.networkNamespace);
    closers.push(() => host.stop());
    tell(await hostLine(engine, host, say));
    if (!args.noImage) tell(await firstImage(engine, say));
    tell(say.ready(process.send === undefined ? 'Ctrl-C' : '"domus down"'));
    process.send?.({ ready: true });
    if (process.send !== undefined) process.disconnect?.();
    await stopping;
    if (process.send === undefined) tell(say.stopping);
    return 0;
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

async function begin(folder: DataFolder, log: Logger, closers: (() => Promise<void> | void)[]): Promise<Engine> {
  let databaseUrl = process.env['DOMUS_DATABASE_URL'];
  if (databaseUrl === undefined) {
    const server = await startPrivateServer(folder.path);
    closers.push(() => server.stop());
    closers.push(
      supervise(server.ensure, SUPERVISE_MS, (error) => log.error({ error }, 'PostgreSQL could not be started again')),
    );
    databaseUrl = server.url;
  }
  const local = readLocalVirtualisation();
  const judge = (facts: HostFacts) => judgeVirtualisation({ ...local, kvmOffered: facts.kvmOffered });
  const engine = await startEngine({
    databaseUrl,
    dataFolder: folder.path,
    poolName: `domus-${folder.tag}`,
    judge,
    log,
  });
  closers.push(() => engine.close());
  return engine;
}

async function hostLine(
  engine: Engine,
  { hostId, name, supervised }: { hostId: string; name: string; supervised: boolean },
  say: ReturnType<typeof wording>,
): Promise<string> {
  const row = () =>
    engine.database.db
      .selectFrom('hosts')
      .select(['state', 'state_reason', 'facts', 'mode'])
      .where('id', '=', hostId)
      .executeTakeFirstOrThrow();
  // ready means that a VM can be made: its default storage pool and network are there, too
  const { db } = engine.database;
  const equipped = async (): Promise<boolean> =>
    (await defaultPool(db, hostId)) !== null && (await defaultNetwork(db, hostId)) !== null;
  await until(async () => (await row()).state === 'up' && (await equipped()), HOST_WAIT_MS);
  const { state, state_reason, facts, mode } = await row();
  return say.host({
    name,
    state,
    reason: state_reason,
    accelerator: facts?.virtualisation.accelerator ?? 'qemu',
    why: facts?.virtualisation.reason ?? '',
    mode,
    supervised,
  });
}

/** On the very first start an image is built, so that there is something to make a VM from. */
async function firstImage(engine: Engine, say: ReturnType<typeof wording>): Promise<string> {
  const { db } = engine.database;
  const known = await db
    .selectFrom('operations')
    .select('id')
    .where('resource_kind', '=', 'image')
    .limit(1)
    .executeTakeFirst();
  const images = await db
    .selectFrom('images')
    .select('name')
    .where('state', '=', 'available')
    .orderBy('name')
    .execute();
  if (images.length > 0) return say.images(images.map(({ name }) => name));
  if (known !== undefined) return say.noImages;
  try {
    await engine.images.create({ entry: 'debian-12', method: 'build' }, 'domus up');
    return say.firstImage;
  } catch (error) {
    if (error instanceof DomusError) return say.noImages;
    throw error;
  }
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
}

/** Runs `up` as a process of its own and returns once it says that it is ready. */
function detach(folder: DataFolder, args: UpArguments): Promise<number> {
  const out = openSync(folder.inside('log/up.log'), 'a', 0o600);
  const given = process.argv.slice(2).filter((each) => each !== '--detach' && each !== '-d');
  const child = spawn(process.execPath, [process.argv[1] ?? '', ...given, ...(args.yes ? [] : ['--yes'])], {
    detached: true,
    stdio: ['ignore', out, out, 'ipc'],
  });
  return new Promise((resolve) => {
    child.on('message', (message: { line?: string; ready?: boolean }) => {
      if (message.line !== undefined) console.log(message.line);
      if (message.ready) {
        child.disconnect();
        child.unref();
        resolve(0);
      }
    });
    child.once('exit', (code) => {
      console.error(`domus: it ended with ${code}; ${folder.inside('log/up.log')} says why`);
      resolve(code ?? 1);
    });
  });
}
