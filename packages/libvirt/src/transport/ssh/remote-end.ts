/** From a shell on the daemon's machine to the daemon's socket there. */
import type { Duplex } from 'node:stream';
import type { Client, ClientChannel } from 'ssh2';
import { LibvirtError } from '../../errors.ts';
import { complaints, ProgramStream } from '../program-stream.ts';
import { remoteSocket } from '../sockets.ts';
import { isSession, type LibvirtUri } from '../uri.ts';

/** A way to the daemon; undefined: this machine lacks what it takes, so the next one is tried. */
type Way = (client: Client) => Promise<Duplex | undefined>;

/** Throws CONNECTION_FAILED where no way leads to the daemon. Whoever gets the stream ends the client with it. */
export async function reachDaemon(client: Client, uri: LibvirtUri, readonly: boolean): Promise<Duplex> {
  const ways = waysTo(uri, readonly);
  for (const [, way] of ways) {
    const stream = await way(client);
    if (stream) return stream;
  }
  const tried = ways.map(([name]) => name).join(', ');
  throw new LibvirtError({
    code: 'CONNECTION_FAILED',
    message: `${uri.host} has no way to its daemon; tried ${tried}`,
  });
}

function waysTo(uri: LibvirtUri, readonly: boolean): [string, Way][] {
  const { proxy = 'auto', netcat, socket, mode = 'auto' } = uri.parameters;
  const helper: [string, Way] = ['virt-ssh-helper', (client) => helperWay(client, uri, readonly)];
  if (proxy === 'native') return [helper];
  // The helper finds the daemon itself. Where the daemon of a user listens only it can know.
  if (isSession(uri, false) && socket === undefined) return [helper];
  const path = remoteSocket(uri, readonly);
  const forward: [string, Way] = [`forwarding to ${path}`, (client) => forwardWay(client, path)];
  const nc: [string, Way] = [`${netcat ?? 'nc'} -U ${path}`, (client) => netcatWay(client, netcat ?? 'nc', path)];
  if (proxy === 'netcat' || netcat !== undefined) return [nc];
  return socket === undefined && mode === 'auto' ? [helper, forward, nc] : [forward, nc];
}

async function helperWay(client: Client, uri: LibvirtUri, readonly: boolean): Promise<Duplex | undefined> {
  if (!(await has(client, 'virt-ssh-helper'))) return undefined;
  // Without a name the daemon chooses a driver; the helper needs a URI all the same.
  const name = uri.name === '' ? 'remote:///' : uri.name;
  return run(client, ['virt-ssh-helper', ...(readonly ? ['-r'] : []), name]);
}

async function netcatWay(client: Client, netcat: string, path: string): Promise<Duplex | undefined> {
  if (!(await has(client, netcat))) return undefined;
  // Some netcats stay after their input has ended, unless told -q 0; others do not know it.
  const script = 'if "$1" -h 2>&1 | grep -q -e "-q "; then exec "$1" -q 0 -U "$2"; else exec "$1" -U "$2"; fi';
  return run(client, ['sh', '-c', script, 'sh', netcat, path]);
}

/** OpenSSH's direct-streamlocal channel; a server may not know or not allow it. */
function forwardWay(client: Client, path: string): Promise<Duplex | undefined> {
  return new Promise((resolve) => {
    client.openssh_forwardOutStreamLocal(path, (error, channel) => {
      if (error) return resolve(undefined);
      const stream = new ProgramStream(channel, channel, () => channel.destroy());
      channel.once('close', () => stream.ended());
      resolve(stream);
    });
  });
}

async function has(client: Client, program: string): Promise<boolean> {
  const channel = await execute(client, ['sh', '-c', 'command -v "$1" >/dev/null', 'sh', program]);
  channel.resume().stderr.resume();
  return new Promise((resolve) => channel.once('close', (code: number | null | undefined) => resolve(code === 0)));
}

async function run(client: Client, command: readonly string[]): Promise<Duplex> {
  const channel = await execute(client, command);
  const stream = new ProgramStream(channel, channel, () => channel.destroy());
  const complaint = complaints(channel.stderr);
  channel.once('close', (code?: number | null, endedBy?: string) => {
    if (code === 0) return stream.ended();
    const how = code ?? endedBy;
    stream.ended(how === undefined ? undefined : new Error(`${command[0]} ended with ${how}: ${complaint()}`));
  });
  return stream;
}

function execute(client: Client, command: readonly string[]): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    client.exec(command.map(quote).join(' '), (error, channel) => {
      if (!error) return resolve(channel);
      const message = `the SSH server runs no command: ${error.message}`;
      reject(new LibvirtError({ code: 'CONNECTION_FAILED', message, cause: error }));
    });
  });
}

/** One word for any shell that a user may have there. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
