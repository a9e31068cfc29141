/** Two private daemons, and before each of their sockets two taps: one for libvirt-python, one for our client. */
import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PrivateLibvirtd } from '../../testing/private-libvirtd.ts';
import { echoBootSector } from '../fixture.ts';
import { GuestAgent } from './guest-agent.ts';
import { pokeBootSector } from './poke-boot-sector.ts';
import type { Wire } from './replay.ts';
import { Journal, Tap, type TapOptions } from './tap.ts';

const run = promisify(execFile);

/** Numbers of virDrvFeature. */
const MIGRATION_V3 = 6;
const MIGRATION_PARAMS = 13;
const REMOTE_EVENT_CALLBACK = 14;
const USER = { authname: 'fred', password: 'pencil' };

/** What the scenarios need beside libvirtd and QEMU: Debian's package → where it puts it, or another distribution. */
const NEEDS: Readonly<Record<string, string>> = {
  'python3-libvirt': '/usr/lib*/python3*/*-packages/libvirt.py',
  'libvirt-clients': '/usr/bin/virt-admin',
  'libvirt-daemon-driver-lxc': '/usr/{lib/libvirt,libexec}/libvirt_lxc',
  'qemu-guest-agent': '/usr/{sbin,bin}/qemu-ga',
  'sasl2-bin': '/usr/sbin/saslpasswd2',
};

/** Why there can be no such lab here. */
export function labObstacle(): string | undefined {
  const missing = Object.keys(NEEDS).find((name) => globSync(NEEDS[name]!).length === 0);
  return missing && `${missing} is not installed`;
}

export class Lab {
  readonly #folder: string;
  readonly #here: PrivateLibvirtd;
  readonly #there: PrivateLibvirtd;
  readonly py = new Journal();
  readonly ts = new Journal();
  /** What daemons say to each other. */
  readonly daemons = new Journal();
  readonly wires: Wire[] = [];
  /** What scenarios know by name. */
  readonly names: Record<string, unknown> = {};
  readonly #overheard: Tap[] = [];
  readonly #agents: GuestAgent[] = [];

  private constructor(folder: string, here: PrivateLibvirtd, there: PrivateLibvirtd) {
    this.#folder = folder;
    this.#here = here;
    this.#there = there;
  }

  static async start(): Promise<Lab> {
    const folder = await mkdtemp(join(tmpdir(), 'domus-df-'));
    const [here, there] = await Promise.all([startWithSasl(folder), PrivateLibvirtd.start({ hostname: 'there' })]);
    const lab = new Lab(folder, here, there);
    try {
      await lab.#wireAll();
      for (const twin of ['py', 'ts']) {
        lab.#agents.push(await GuestAgent.start(here.host, join(here.folder, `agent-${twin}`)));
      }
    } catch (error) {
      await lab.stop();
      throw error;
    }
    return lab;
  }

  async stop(): Promise<void> {
    for (const agent of this.#agents) await agent.stop();
    const taps = [...this.wires.flatMap(({ py, ts }) => [py, ts]), ...this.#overheard];
    for (const tap of taps) await tap.close();
    await this.#here.stop();
    await this.#there.stop();
    await rm(this.#folder, { recursive: true });
  }

  async #wireAll(): Promise<void> {
    const [here, there] = [this.#here, this.#there];
    const old = { hiddenFeatures: [MIGRATION_V3, MIGRATION_PARAMS, REMOTE_EVENT_CALLBACK] };
    const system = (path: string) => `qemu+unix:///system?socket=${path}`;
    const main = await this.#wire(here, 'libvirt-sock');
    Object.assign(this.names, {
      FOLDER: here.folder,
      BOOT_SECTOR: echoBootSector().toString('hex'),
      POKE_SECTOR: pokeBootSector().toString('hex'),
      INSIDE: here.inside().flat(),
      USER: [USER.authname, USER.password],
      QEMU: system(main),
      TEST: `test+unix:///default?socket=${main}`,
      LXC: `lxc+unix:///system?socket=${main}`,
      THERE: system(await this.#wire(there, 'libvirt-sock')),
      SASL: system(await this.#wire(here, 'libvirt-sock-ro')),
      OLD: system(await this.#wire(here, 'libvirt-sock', old)),
      OLD_THERE: system(await this.#wire(there, 'libvirt-sock', old)),
      ADMIN: `libvirtd:///system?socket=${await this.#wire(here, 'libvirt-admin-sock')}`,
      THERE_DAEMON: system(await this.#overhear(there)),
    });
  }

  /** Two taps before a daemon's socket; the path of libvirt-python's. */
  async #wire(daemon: PrivateLibvirtd, socket: string, options: TapOptions = {}): Promise<string> {
    const target = join(daemon.folder, 'run', socket);
    const place = join(daemon.folder, `tap-${this.wires.length}`);
    const py = await Tap.open(`${place}-py`, target, this.py, options);
    const ts = await Tap.open(`${place}-ts`, target, this.ts, options);
    this.wires.push({ py, ts, credentials: () => USER });
    return py.path;
  }

  /** A tap for the other daemon, which calls in a migration that daemons lead. */
  async #overhear(daemon: PrivateLibvirtd): Promise<string> {
    const target = join(daemon.folder, 'run/libvirt-sock');
    const tap = await Tap.open(join(daemon.folder, 'tap-daemon'), target, this.daemons);
    this.#overheard.push(tap);
    return tap.path;
  }
}

/** Its read-only socket wants a name and a password. */
async function startWithSasl(folder: string): Promise<PrivateLibvirtd> {
  const [sasl, database] = [join(folder, 'sasl2'), join(folder, 'passwd.db')];
  await mkdir(sasl);
  const conf = `mech_list: scram-sha-256\nsasldb_path: ${database}\npwcheck_method: auxprop\n`;
  await writeFile(join(sasl, 'libvirt.conf'), conf);
  const added = run('saslpasswd2', ['-f', database, '-a', 'libvirt', '-u', 'here', '-p', '-c', USER.authname]);
  added.child.stdin?.end(USER.password);
  await added;
  const options = { binds: { '/etc/sasl2': sasl }, libvirtdConf: 'auth_unix_ro = "sasl"' };
  return PrivateLibvirtd.start({ hostname: 'here', ...options });
}
