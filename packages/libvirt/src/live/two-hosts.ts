/** Two machines on one wire: a network namespace with a libvirtd each, a veth pair between them. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Connection, connect } from '../index.ts';
import { PrivateLibvirtd } from '../testing/private-libvirtd.ts';

const run = promisify(execFile);

export interface LiveHost {
  readonly address: string;
  readonly daemon: PrivateLibvirtd;
  readonly connection: Connection;
}

export class TwoHosts {
  /** Both see it at the same path. */
  readonly sharedFolder: string;
  readonly #namespaces: readonly string[];
  readonly #hosts: LiveHost[] = [];

  private constructor(sharedFolder: string) {
    this.sharedFolder = sharedFolder;
    this.#namespaces = ['a', 'b'].map((side) => `domus-${process.pid}-${side}`);
  }

  static async start(): Promise<TwoHosts> {
    const hosts = new TwoHosts(await mkdtemp(join(tmpdir(), 'domus-two-')));
    try {
      await hosts.#wire();
      const starts = await Promise.allSettled([hosts.#host('live-here', 0), hosts.#host('live-there', 1)]);
      for (const start of starts) if (start.status === 'fulfilled') hosts.#hosts.push(start.value);
      for (const start of starts) if (start.status === 'rejected') throw start.reason;
    } catch (error) {
      await hosts.end();
      throw error;
    }
    return hosts;
  }

  get here(): LiveHost {
    return this.#hosts[0]!;
  }

  get there(): LiveHost {
    return this.#hosts[1]!;
  }

  async end(): Promise<void> {
    for (const { connection, daemon } of this.#hosts) {
      await connection.close();
      await daemon.stop();
    }
    // What is in it ends with it.
    for (const namespace of this.#namespaces) await run('ip', ['netns', 'delete', namespace]);
    await rm(this.sharedFolder, { recursive: true });
  }

  async #wire(): Promise<void> {
    const names = `127.0.0.1 localhost\n${addressOf(0)} live-here\n${addressOf(1)} live-there\n`;
    await writeFile(join(this.sharedFolder, 'hosts'), names);
    for (const namespace of this.#namespaces) await run('ip', ['netns', 'add', namespace]);
    const [a, b] = this.#namespaces as [string, string];
    await run('ip', ['link', 'add', 'wire', 'netns', a, 'type', 'veth', 'peer', 'name', 'wire', 'netns', b]);
    for (const [side, namespace] of this.#namespaces.entries()) {
      await run('ip', ['-n', namespace, 'address', 'add', `${addressOf(side)}/24`, 'dev', 'wire']);
      for (const device of ['lo', 'wire']) await run('ip', ['-n', namespace, 'link', 'set', device, 'up']);
    }
  }

  async #host(hostname: string, side: number): Promise<LiveHost> {
    const daemon = await PrivateLibvirtd.start({
      hostname,
      networkNamespace: this.#namespaces[side]!,
      binds: { '/etc/hosts': join(this.sharedFolder, 'hosts') },
      listen: true,
      libvirtdConf: 'listen_tls = 0\nlisten_tcp = 1\nauth_tcp = "none"\n',
    });
    const connection = await connect({ uri: daemon.uri() });
    await mkdir(join(daemon.folder, 'lib/images'), { recursive: true });
    return { address: addressOf(side), daemon, connection };
  }
}

function addressOf(side: number): string {
  return `10.77.0.${side + 1}`;
}
