import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { connectWhenListening } from './qemu-guest.ts';

/**
 * QEMU's qtest protocol: plays the processor towards QEMU's devices, so that a test can be a device's driver.
 * A command is a line; its answer is `OK`, perhaps with a value, or `FAIL` or `ERR` with a reason.
 */
export class Qtest {
  readonly #socket: Socket;
  readonly #waiting: Array<{ resolve(answer: string): void; reject(error: Error): void }> = [];

  private constructor(socket: Socket) {
    this.#socket = socket;
    const lines = createInterface({ input: socket });
    lines.on('error', () => undefined);
    lines.on('line', (line) => {
      if (line.startsWith('IRQ')) return;
      const command = this.#waiting.shift();
      if (line.startsWith('OK')) command?.resolve(line.slice('OK '.length));
      else command?.reject(new Error(`qtest: ${line}`));
    });
    // What breaks a connection is told by 'close', which follows.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      for (const { reject } of this.#waiting) reject(new Error('QEMU closed its qtest connection'));
    });
  }

  static async connect(path: string): Promise<Qtest> {
    return new Qtest(await connectWhenListening(path));
  }

  async out8(port: number, value: number): Promise<void> {
    await this.#command(`outb ${port} ${value}`);
  }

  async out32(port: number, value: number): Promise<void> {
    await this.#command(`outl ${port} ${value >>> 0}`);
  }

  async read8(address: number): Promise<number> {
    return Number(await this.#command(`readb ${address}`));
  }

  async read32(address: number): Promise<number> {
    return Number(await this.#command(`readl ${address}`));
  }

  async write(address: number, bytes: Uint8Array): Promise<void> {
    await this.#command(`b64write ${address} ${bytes.length} ${Buffer.from(bytes).toString('base64')}`);
  }

  close(): void {
    this.#socket.destroy();
  }

  #command(line: string): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#socket.write(`${line}\n`);
    });
  }
}
