import { type ChildProcess, execFile } from 'node:child_process';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { exited, type PrivateHost } from '../testing/private-host.ts';
import { freePort } from './free-port.ts';

const run = promisify(execFile);

export const ROOT_PASSWORD = "it's a secret";

/** Files to put over the machine's own, so that root has a password that only the private host knows. */
export async function accountFiles(folder: string): Promise<Record<string, string>> {
  const hashing = run('openssl', ['passwd', '-6', '-stdin']);
  hashing.child.stdin?.end(ROOT_PASSWORD);
  const hash = (await hashing).stdout.trim();
  const [passwd, shadow] = [join(folder, 'passwd'), join(folder, 'shadow')];
  await copyFile('/etc/passwd', passwd);
  await writeFile(shadow, `root:${hash}:19000:0:99999:7:::\n`, { mode: 0o600 });
  return { '/etc/passwd': passwd, '/etc/shadow': shadow };
}

/** A key pair at `path` and `path.pub`. */
export async function makeKey(path: string, passphrase = '', type = 'ed25519'): Promise<void> {
  await run('ssh-keygen', ['-q', '-t', type, '-N', passphrase, '-f', path]);
}

/** An OpenSSH server on a private host that shares the machine's loopback, with host keys of its own. */
export class PrivateSshd {
  readonly port: number;
  readonly #hostKey: string;
  readonly #pidFile: string;
  readonly #host: PrivateHost;
  readonly #process: ChildProcess;

  private constructor(port: number, hostKey: string, pidFile: string, host: PrivateHost, process: ChildProcess) {
    this.port = port;
    this.#hostKey = hostKey;
    this.#pidFile = pidFile;
    this.#host = host;
    this.#process = process;
  }

  /** `folder` has a file `authorized_keys`; `more` are lines of sshd_config. */
  static async start(host: PrivateHost, folder: string, name: string, more = ''): Promise<PrivateSshd> {
    const port = await freePort();
    const [hostKey, pidFile, conf] = ['host', 'pid', 'conf'].map((suffix) => join(folder, `${name}.${suffix}`)) as [
      string,
      string,
      string,
    ];
    await makeKey(hostKey);
    await writeFile(
      conf,
      `${more}
Port ${port}
ListenAddress 127.0.0.1
HostKey ${hostKey}
PidFile ${pidFile}
AuthorizedKeysFile ${join(folder, 'authorized_keys')}
StrictModes no
PermitRootLogin yes
UsePAM yes
PasswordAuthentication yes
KbdInteractiveAuthentication yes
LogLevel ERROR
`,
    );
    // It wants this folder, and a whole path to start itself again for each connection.
    const script = `mkdir -p /run/sshd && exec /usr/sbin/sshd -D -e -f ${conf}`;
    const process = await host.daemon(['sh', '-c', script], { host: '127.0.0.1', port });
    return new PrivateSshd(port, hostKey, pidFile, host, process);
  }

  /** Its line for known_hosts. */
  async knownHost(): Promise<string> {
    const [type, key] = (await readFile(`${this.#hostKey}.pub`, 'utf8')).split(' ');
    return `[127.0.0.1]:${this.port} ${type} ${key}\n`;
  }

  /** Ends it and its sessions, without a goodbye. */
  async kill(): Promise<void> {
    const ended = exited(this.#process);
    const script = `main=$(cat ${this.#pidFile}); kill -KILL $(cat /proc/$main/task/$main/children) $main`;
    const [program, args] = this.#host.inside('sh', '-c', script);
    await run(program, args);
    await ended;
  }
}
