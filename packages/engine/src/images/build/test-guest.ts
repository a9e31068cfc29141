import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { runProgram } from '../programs/run-program.ts';

// For live tests: a guest with UEFI under QEMU's own emulation, reached as Domus reaches one, by serial console, guest agent and
// SSH. Its network ends at this machine's loopback.

type GuestOptions = {
  folder: string;
  image: string;
  seed: string;
  signal: AbortSignal;
};

type Message = { return?: unknown; error?: unknown };

export class TestGuest {
  readonly #qemu: ChildProcess;
  readonly #serial: TextStream;
  readonly #agent: Socket;
  readonly #agentLines: TextStream;
  readonly #sshPort: number;
  readonly #signal: AbortSignal;

  private constructor(
    qemu: ChildProcess,
    sockets: Record<'serial' | 'agent', Socket>,
    sshPort: number,
    signal: AbortSignal,
  ) {
    this.#qemu = qemu;
    this.#signal = signal;
    this.#sshPort = sshPort;
    this.#serial = new TextStream(sockets.serial);
    this.#agent = sockets.agent;
    this.#agentLines = new TextStream(sockets.agent);
  }

  static async start(options: GuestOptions): Promise<TestGuest> {
    const { folder, signal } = options;
    const disk = join(folder, 'disk.qcow2');
    const backing = ['-b', options.image, '-F', 'qcow2'];
    await runProgram('qemu-img', ['create', '-q', '-f', 'qcow2', ...backing, disk, '8G'], {
      signal,
      timeoutMs: 20_000,
    });
    const sshPort = await freePort();
    const socket = (name: string) => `socket,id=${name},path=${join(folder, name)},server=on,wait=off`;
    const qemu = spawn(
      'qemu-system-x86_64',
      [
        ['-machine', 'pc,accel=tcg', '-cpu', 'qemu64,svm=off', '-m', '1024', '-display', 'none', '-nodefaults'],
        ['-bios', '/usr/share/ovmf/OVMF.fd', '-vga', 'std'],
        ['-drive', `file=${disk},if=virtio,cache=unsafe`, '-cdrom', options.seed],
        [
          '-netdev',
          `user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:${sshPort}-:22`,
          '-device',
          'virtio-net-pci,netdev=net',
        ],
        [
          '-chardev',
          socket('serial'),
          '-serial',
          'chardev:serial',
          '-device',
          'virtio-rng-pci',
          '-device',
          'virtio-serial',
        ],
        ['-chardev', socket('agent'), '-device', 'virtserialport,chardev=agent,name=org.qemu.guest_agent.0'],
      ].flat(),
      { stdio: ['ignore', 'inherit', 'inherit'] },
    );
    try {
      const serial = await reach(join(folder, 'serial'), qemu, signal);
      const agent = await reach(join(folder, 'agent'), qemu, signal);
      return new TestGuest(qemu, { serial, agent }, sshPort, signal);
    } catch (error) {
      qemu.kill('SIGKILL');
      throw error;
    }
  }

  /** What the serial console said up to and including `text`. */
  serial(text: string): Promise<string> {
    return this.#serial.until((all) => (all.includes(text) ? all : undefined), this.#signal);
  }

  /** Asks the guest agent; the request waits in the channel until the agent has started. */
  async agent(command: string, args: Record<string, unknown> = {}): Promise<unknown> {
    this.#agent.write(`${JSON.stringify({ execute: command, arguments: args })}\n`);
    const answer = await this.#agentLines.line(this.#signal);
    if (answer.error !== undefined) throw new Error(`${command}: ${JSON.stringify(answer.error)}`);
    return answer.return;
  }

  /** Runs a shell command as root inside the guest and returns its output. */
  async run(script: string): Promise<string> {
    const started = { path: '/bin/sh', arg: ['-c', script], 'capture-output': true };
    const { pid } = (await this.agent('guest-exec', started)) as { pid: number };
    for (;;) {
      const status = (await this.agent('guest-exec-status', { pid })) as Record<string, unknown>;
      const output = (name: string) => Buffer.from(String(status[name] ?? ''), 'base64').toString('utf8');
      if (status['exited'] !== true) await pause(200, undefined, { signal: this.#signal });
      else if (status['exitcode'] === 0) return output('out-data').trim();
      else throw new Error(`${script}: code ${String(status['exitcode'])}: ${output('err-data')}`);
    }
  }

  async ssh(user: string, keyFile: string, command: string): Promise<string> {
    await this.run('systemctl start ssh.service');
    const options = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'BatchMode=yes', 'LogLevel=ERROR'];
    const args = [...options.flatMap((option) => ['-o', option]), '-i', keyFile, '-p', String(this.#sshPort)];
    const run = { signal: this.#signal, timeoutMs: 120_000 };
    return (await runProgram('ssh', [...args, `${user}@127.0.0.1`, command], run)).stdout.trim();
  }

  async stop(): Promise<void> {
    if (this.#qemu.exitCode !== null || this.#qemu.signalCode !== null) return;
    const gone = once(this.#qemu, 'exit');
    this.#qemu.kill('SIGKILL');
    await gone;
  }
}

class TextStream {
  #text = '';
  #taken = 0;
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      this.#text += chunk;
    });
  }

  async until<T>(find: (text: string) => T | undefined, signal: AbortSignal): Promise<T> {
    for (;;) {
      const found = find(this.#text);
      if (found !== undefined) return found;
      await once(this.#socket, 'data', { signal });
    }
  }

  /** The next line, as JSON. */
  line(signal: AbortSignal): Promise<Message> {
    return this.until((text) => {
      const end = text.indexOf('\n', this.#taken);
      if (end < 0) return undefined;
      const message = JSON.parse(text.slice(this.#taken, end)) as Message;
      this.#taken = end + 1;
      return message;
    }, signal);
  }
}

/** QEMU makes its sockets shortly after it started; nothing announces them. */
async function reach(path: string, qemu: ChildProcess, signal: AbortSignal): Promise<Socket> {
  for (;;) {
    if (qemu.exitCode !== null) throw new Error(`QEMU ended with code ${qemu.exitCode}`);
    const socket = connect(path);
    const reached = await once(socket, 'connect', { signal }).then(
      () => true,
      () => false,
    );
    if (reached) return socket;
    await pause(50, undefined, { signal });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
