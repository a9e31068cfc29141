import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { readLocalVirtualisation } from '../../machine/index.ts';
import { isAlive, ProgramError, spawnDaemon, until } from '../../site/index.ts';

export interface PrivateDaemon {
  uri: string;
  mode: 'system' | 'session';
  /** A path as the daemon sees it → as this process sees it. */
  outside(path: string): string;
  stop(): Promise<void>;
  /** Starts it again unless it runs; guests live on without it and are found again. */
  ensure(): Promise<void>;
}

/** The machine's own daemon, monolithic or modular, if it answers. */
export async function findMachineDaemon(): Promise<string | null> {
  for (const socket of ['/run/libvirt/libvirt-sock', '/run/libvirt/virtqemud-sock']) {
    if (existsSync(socket) && (await accepts(socket))) return socket;
  }
  return null;
}

function accepts(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ path });
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

/** AppArmor or SELinux: then libvirt confines guests by itself. */
const securityModuleActive = (): boolean =>
  existsSync('/sys/fs/selinux/enforce') ||
  (existsSync('/sys/module/apparmor/parameters/enabled') &&
    readFileSync('/sys/module/apparmor/parameters/enabled', 'utf8').startsWith('Y'));

/** Its own sockets and logs; no TCP. */
const libvirtdConf = (runFolder: string, logFile: string): string => `unix_sock_dir = "${runFolder}"
unix_sock_ro_perms = "0700"
unix_sock_rw_perms = "0700"
admin_unix_sock_perms = "0700"
auth_unix_ro = "none"
auth_unix_rw = "none"
listen_tls = 0
listen_tcp = 0
max_clients = 5000
max_anonymous_clients = 5000
max_client_requests = 32
log_outputs = "2:file:${logFile}"
`;

/**
 * QEMU runs as the distribution's own user for it (never root: that is libvirt's compiled-in default), AppArmor or
 * SELinux stay on where the kernel has them. Without systemd there are no machine scopes, hence no cgroup controllers.
 */
const qemuConf = (): string => `${securityModuleActive() ? '' : 'security_driver = "none"\n'}remember_owner = 0
namespaces = [ ]
cgroup_controllers = [ ]
stdio_handler = "file"
spice_listen = "127.0.0.1"
vnc_listen = "127.0.0.1"
`;

/** A daemon whose host's name does not resolve waits 10 s at every start. */
const hostsFile = (): string => {
  const given = existsSync('/etc/hosts') ? readFileSync('/etc/hosts', 'utf8') : '127.0.0.1 localhost\n';
  const known = given.split('\n').some((line) => line.replace(/#.*/, '').split(/\s+/).slice(1).includes(hostname()));
  return known ? given : `${given.trimEnd()}\n127.0.1.1 ${hostname()}\n`;
};

const bound = {
  '/etc/libvirt': 'etc',
  '/run/libvirt': 'run',
  '/var/lib/libvirt': 'lib',
  '/var/cache/libvirt': 'cache',
  '/var/log/libvirt': 'log',
} as const;

/**
 * /dev/kvm on a CPU without vmx and svm: ordinary guests hang on it, and libvirt spends 20 s at every start finding out
 * what it can do. The daemon is shown a file that QEMU's user may not open instead: it finds no KVM, remembers so, and
 * offers emulation only.
 */
const kvmIsOfNoUse = (): boolean => {
  const { cpuFlags, kvmDevice } = readLocalVirtualisation();
  return kvmDevice && !cpuFlags.includes('vmx') && !cpuFlags.includes('svm');
};

/** As root: folders of its own over libvirt's, in a mount namespace of its own, and in a network namespace if one is named. */
function rootCommand(base: string, networkNamespace: string | null): [string, string[]] {
  const mounts = Object.entries(bound).map(
    ([inside, folder]) => `mkdir -p ${inside} && mount --bind "$1/${folder}" ${inside}`,
  );
  const kvm = kvmIsOfNoUse() ? 'mount --bind "$1/no-kvm" /dev/kvm; ' : '';
  const script = `set -e; mount --bind "$1/hosts" /etc/hosts; ${kvm}${mounts.join('; ')}; exec libvirtd -f /etc/libvirt/libvirtd.conf -p /run/libvirt/libvirtd.pid`;
  const unshare = ['unshare', '--mount', '--propagation', 'private', '--', 'sh', '-c', script, 'domus-libvirtd', base];
  if (networkNamespace === null) return ['unshare', unshare.slice(1)];
  return ['nsenter', [`--net=/run/netns/${networkNamespace}`, '--', ...unshare]];
}

function prepareFolders(base: string, asRoot: boolean): void {
  for (const folder of [...Object.values(bound), 'etc/qemu/networks/autostart', 'etc/storage', 'home']) {
    mkdirSync(join(base, folder), { recursive: true, mode: 0o755 });
  }
  const run = asRoot ? '/run/libvirt' : join(base, 'run/libvirt');
  if (!asRoot) mkdirSync(run, { recursive: true, mode: 0o700 });
  writeFileSync(
    join(base, 'etc/libvirtd.conf'),
    libvirtdConf(run, asRoot ? '/var/log/libvirt/libvirtd.log' : join(base, 'log/libvirtd.log')),
  );
  writeFileSync(join(base, 'etc/qemu.conf'), qemuConf());
  writeFileSync(join(base, 'hosts'), hostsFile());
  writeFileSync(join(base, 'no-kvm'), '', { mode: 0o000 });
}

/**
 * A libvirt daemon of this data folder, as a supervised child that outlives the engine: where the machine runs none.
 * Errors: ProgramError with the end of its log.
 */
export async function startPrivateDaemon(dataFolder: string, networkNamespace: string | null): Promise<PrivateDaemon> {
  const asRoot = process.getuid?.() === 0;
  const base = join(dataFolder, 'libvirt');
  prepareFolders(base, asRoot);
  const socket = asRoot ? join(base, 'run/libvirt-sock') : join(base, 'run/libvirt/libvirt-sock');
  const logFile = join(dataFolder, 'log/libvirtd.log');
  const pidFile = join(base, 'libvirtd.pid');
  const env = asRoot
    ? process.env
    : {
        ...process.env,
        HOME: join(base, 'home'),
        XDG_RUNTIME_DIR: join(base, 'run'),
        XDG_CONFIG_HOME: join(base, 'home/.config'),
        XDG_CACHE_HOME: join(base, 'cache'),
        XDG_DATA_HOME: join(base, 'home/.local/share'),
      };
  const pid = (): number | null => {
    const value = existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8')) : 0;
    return value > 0 && isAlive(value) && isLibvirtd(value) ? value : null;
  };
  const ensure = async (): Promise<void> => {
    if (pid() !== null && (await accepts(socket))) return;
    if (pid() === null) {
      const [program, args] = asRoot
        ? rootCommand(base, networkNamespace)
        : ['libvirtd', ['-f', join(base, 'etc/libvirtd.conf')]];
      const child = spawnDaemon(program, args, logFile, env);
      writeFileSync(pidFile, String(child.pid));
    }
    if (!(await until(() => accepts(socket), 30_000)))
      throw new ProgramError('libvirtd', 'did not answer within 30 s', tail(logFile));
  };
  await ensure();
  return {
    uri: `qemu:///${asRoot ? 'system' : 'session'}?socket=${socket}`,
    mode: asRoot ? 'system' : 'session',
    outside: (path) => {
      if (!asRoot) return path;
      const found = Object.entries(bound).find(([inside]) => path.startsWith(`${inside}/`));
      return found === undefined ? path : join(base, found[1], path.slice(found[0].length));
    },
    ensure,
    async stop() {
      const running = pid();
      if (running === null) return;
      process.kill(running, 'SIGTERM');
      if (!(await until(() => !isAlive(running), 15_000)))
        throw new ProgramError('libvirtd', `did not end within 15 s (process ${running})`, tail(logFile));
    },
  };
}

/** The pid that was written down is unshare's or nsenter's, which become libvirtd by exec. */
function isLibvirtd(pid: number): boolean {
  try {
    return /libvirtd/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
  } catch {
    return false;
  }
}

const tail = (file: string): string =>
  existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').slice(-5).join('; ') : '';
