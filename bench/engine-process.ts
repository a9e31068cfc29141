import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Client, createClient } from '@domus/contract';

const PATIENCE_MS = 60_000;

/** A child process with an engine whose host, if any, is simulated. */
export class EngineProcess {
  readonly postgres: number;
  readonly api: Client = createClient(
    async ({ method, path, headers, body }) => this.#send(method, path, headers, body),
    () => 'en',
  );
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 8 });

  private constructor(child: ChildProcess, folder: string, postgres: number) {
    this.#child = child;
    this.#folder = folder;
    this.postgres = postgres;
  }

  /** Starts it, with a host at this libvirt URI, and waits until it knows so many VMs. */
  static async start(host?: { uri: string; vms: number }): Promise<EngineProcess> {
    const folder = mkdtempSync(join(tmpdir(), 'domus-bench-'));
    const script = fileURLToPath(new URL('simulated-engine.ts', import.meta.url));
    const child = fork(script, [join(folder, 'data'), join(folder, 'api.sock'), ...(host ? [host.uri] : [])]);
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`the engine ended with ${code}`);
    });
    ended.catch(() => undefined); // after the start it is meant to end
    const [{ postgres }] = (await Promise.race([once(child, 'message'), ended])) as [{ postgres: number }];
    const engine = new EngineProcess(child, folder, postgres);
    try {
      if (host) await engine.#untilKnown(host.vms);
      return engine;
    } catch (error) {
      await engine.stop();
      throw error;
    }
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async #untilKnown(vms: number): Promise<void> {
    for (const end = performance.now() + PATIENCE_MS; ; await delay(200)) {
      const { length } = (await this.api.call('vm.list')).items;
      if (length === vms) return;
      if (performance.now() > end)
        throw new Error(`the engine found ${length} instead of ${vms} VMs within ${PATIENCE_MS / 1000} s`);
    }
  }

  /** One GET, read to its end, over a connection that stays. Answers the size of the body in bytes. */
  async get(path: string): Promise<number> {
    return (await this.#send('GET', path)).text.length;
  }

  #send(method: string, path: string, headers = {}, body?: string): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
      const outgoing = request(
        {
          agent: this.#agent,
          socketPath: join(this.#folder, 'api.sock'),
          method,
          path,
          headers: { host: 'localhost', ...headers },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.once('error', reject);
          response.once('end', () => {
            const text = Buffer.concat(chunks).toString();
            if (response.statusCode === 200) resolve({ status: 200, text });
            else reject(new Error(`${method} ${path} answered ${response.statusCode}: ${text}`));
          });
        },
      );
      outgoing.once('error', reject);
      outgoing.end(body);
    });
  }

  async stop(): Promise<void> {
    this.#agent.destroy();
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
