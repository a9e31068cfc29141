import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createConnection, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { decodePpm, type Screenshot } from '../index.ts';

/** Debian's graphical installer (package debian-installer-12-netboot-amd64): a real desktop without building one. */
const INSTALLER = '/usr/lib/debian-installer/images/12/amd64/gtk/debian-installer/amd64';
const QEMU = '/usr/bin/qemu-system-x86_64';
/** What a guest's state depends on. */
export const INSTALLER_FILES = [QEMU, join(INSTALLER, 'linux'), join(INSTALLER, 'initrd.gz')];

/** Why live tests cannot run here, or undefined. */
export function missingPrerequisite(): string | undefined {
  const missing = INSTALLER_FILES.find((file) => !existsSync(file));
  return missing && `${missing} is missing (packages qemu-system-x86, debian-installer-12-netboot-amd64)`;
}

export interface GuestOptions {
  /** A folder of its own for sockets and pictures. */
  folder: string;
  /** Disk that snapshots are kept on. */
  disk?: string;
  /** QEMU's arguments for what runs instead of the installer. */
  runs?: readonly string[];
  /** QEMU's display device. */
  device: string;
  /** Further -spice options. */
  spice?: string;
  /** Snapshot to start from instead of booting. */
  snapshot?: string;
  kernelArguments?: string;
}

/** A virtual machine, by emulation, that shows the installer's first screen unless told otherwise; SPICE listens on a loopback TCP port. */
export class QemuGuest {
  readonly port: number;
  readonly #process: ChildProcess;
  readonly #qmp: Qmp;
  readonly #folder: string;
  #pictures = 0;

  private constructor(port: number, process: ChildProcess, qmp: Qmp, folder: string) {
    this.port = port;
    this.#process = process;
    this.#qmp = qmp;
    this.#folder = folder;
  }

  /** @throws Error with QEMU's own words when it does not start */
  static async start(options: GuestOptions): Promise<QemuGuest> {
    const {
      folder,
      disk,
      device,
      spice = 'streaming-video=off',
      snapshot,
      kernelArguments = 'vga=788 quiet',
    } = options;
    const installer = ['-kernel', join(INSTALLER, 'linux'), '-initrd', join(INSTALLER, 'initrd.gz')];
    const { runs = [...installer, '-append', kernelArguments] } = options;
    const port = await freePort();
    const socket = join(folder, `qmp-${port}.sock`);
    const child = spawn(
      QEMU,
      [
        ...['-accel', 'tcg', '-m', '1024', '-nodefaults', '-display', 'none', '-device', device],
        ...['-usb', '-device', 'usb-tablet', '-serial', 'null'],
        ...runs,
        ...['-spice', `addr=127.0.0.1,port=${port},disable-ticketing=on,${spice}`],
        ...(disk ? ['-drive', `if=none,id=snapshots,file=${disk},format=qcow2`] : []),
        ...['-qmp', `unix:${socket},server=on,wait=on`],
        ...(snapshot ? ['-loadvm', snapshot] : []),
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    const words: string[] = [];
    child.stderr?.on('data', (text: Buffer) => words.push(text.toString()));
    const exited = new Promise<never>((_resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`QEMU ended with ${code}: ${words.join('')}`)));
    });
    exited.catch(() => undefined);
    const qmp = await Promise.race([Qmp.connect(socket), exited]);
    return new QemuGuest(port, child, qmp, folder);
  }

  /** What the guest's screen really shows, by QEMU's own account: the command that libvirt's virDomainScreenshot sends. */
  async screendump(): Promise<Screenshot> {
    const filename = join(this.#folder, `screen-${this.port}-${this.#pictures++}.ppm`);
    await this.#qmp.execute('screendump', { filename });
    return decodePpm(await readFile(filename));
  }

  /** Halts the guest's CPU: what is on its screen stays. */
  async pause(): Promise<void> {
    await this.#qmp.execute('stop');
  }

  async saveSnapshot(name: string): Promise<void> {
    const said = await this.#qmp.execute('human-monitor-command', { 'command-line': `savevm ${name}` });
    if (said) throw new Error(`savevm: ${String(said)}`);
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const gone = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGKILL');
    await gone;
    this.#qmp.close();
  }
}

/** QEMU's machine protocol, as much of it as is needed here. */
class Qmp {
  readonly #socket: Socket;
  readonly #answers = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  #last = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    const lines = createInterface({ input: socket });
    // A guest that is killed resets its monitor, which both tell; 'close' follows.
    lines.on('error', () => undefined);
    lines.on('line', (line) => {
      const message = JSON.parse(line) as { id?: number; return?: unknown; error?: { desc: string } };
      const answer = message.id === undefined ? undefined : this.#answers.get(message.id);
      if (!answer || message.id === undefined) return;
      this.#answers.delete(message.id);
      if (message.error) answer.reject(new Error(message.error.desc));
      else answer.resolve(message.return);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      for (const { reject } of this.#answers.values()) reject(new Error('QEMU closed its monitor'));
    });
  }

  static async connect(path: string): Promise<Qmp> {
    const socket = await connectWhenListening(path);
    const qmp = new Qmp(socket);
    await qmp.execute('qmp_capabilities');
    return qmp;
  }

  execute(command: string, parameters?: Record<string, unknown>): Promise<unknown> {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#answers.set(id, { resolve, reject });
      this.#socket.write(`${JSON.stringify({ execute: command, arguments: parameters, id })}\n`);
    });
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** QEMU creates its socket some time after it starts; there is no event for that. */
export async function connectWhenListening(path: string): Promise<Socket> {
  for (let tries = 0; ; tries++) {
    const socket = createConnection(path);
    const error = await new Promise<Error | undefined>((resolve) => {
      socket.once('connect', () => resolve(undefined));
      socket.once('error', resolve);
    });
    if (!error) return socket;
    if (tries === 200) throw error;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** How far two pictures differ: bytes that differ, and the mean difference of a byte. */
export function compare(a: Screenshot, b: Screenshot): { size: boolean; differing: number; mean: number } {
  if (a.width !== b.width || a.height !== b.height) return { size: false, differing: -1, mean: 255 };
  let differing = 0;
  let sum = 0;
  for (let i = 0; i < a.rgba.length; i++) {
    const difference = Math.abs(a.rgba[i]! - b.rgba[i]!);
    if (difference > 0) differing++;
    sum += difference;
  }
  return { size: true, differing, mean: sum / a.rgba.length };
}
