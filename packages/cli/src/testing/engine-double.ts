import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import {
  DomusError,
  type ErrorCode,
  type ErrorParameters,
  type Operation,
  type Problem,
  toProblem,
} from '@domus/contract';
import { run } from '../run.ts';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}
type Answer = (request: Received, response: ServerResponse) => void | Promise<void>;

/** The far side of the CLI's own border: a real HTTP server on a real Unix socket that answers what a test says. */
export class EngineDouble {
  readonly dataDir = mkdtempSync(join(tmpdir(), 'domus cli '));
  readonly received: Received[] = [];
  readonly server: Server;
  #answer: Answer;

  private constructor(answer: Answer) {
    this.#answer = answer;
    this.server = createServer((request, response) => void this.#serve(request, response));
  }

  static async start(answer: Answer, listen: 'socket' | 'tcp' = 'socket'): Promise<EngineDouble> {
    const double = new EngineDouble(answer);
    mkdirSync(join(double.dataDir, 'run'));
    const place = listen === 'tcp' ? { port: 0, host: '127.0.0.1' } : { path: join(double.dataDir, 'run', 'api.sock') };
    await new Promise<void>((resolve) => double.server.listen(place, resolve));
    return double;
  }

  answers(answer: Answer): void {
    this.#answer = answer;
    this.received.length = 0;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    rmSync(this.dataDir, { recursive: true });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const received = { method: request.method!, path: request.url!, headers: request.headers, body };
    this.received.push(received);
    await this.#answer(received, response);
  }

  /** Carries out one command line against this engine. */
  async domus(
    argv: readonly string[],
    given: { stdin?: string; environment?: Record<string, string>; columns?: number } = {},
  ) {
    const stdin = new PassThrough();
    stdin.end(given.stdin ?? '');
    const [stdout, stderr] = [collector(given.columns), collector()];
    const environment = { HOME: this.dataDir, DOMUS_DATA_DIR: this.dataDir, ...given.environment };
    const exitCode = await run(argv, {
      stdin,
      stdout: stdout.stream,
      stderr: stderr.stream,
      environment,
      userId: 1000,
    });
    return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
  }
}

function collector(columns?: number) {
  const chunks: Buffer[] = [];
  const stream = new PassThrough();
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  const screen = columns === undefined ? stream : Object.assign(stream, { isTTY: true, columns });
  return { stream: screen, text: () => Buffer.concat(chunks).toString() };
}

export function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

export const problemOf = (code: ErrorCode, parameters: ErrorParameters, field?: string): Problem =>
  toProblem(new DomusError(code, parameters, field === undefined ? {} : { field }), 'en');

export const someId = '0198c0de-7a51-7c3e-9d51-7f2d3c1b0a99';

export const operation = (change: Partial<Operation> = {}): Operation => ({
  id: someId,
  kind: 'vm.create',
  state: 'running',
  progress: 0.4,
  steps: [],
  resource: { kind: 'vm', id: someId, name: 'first' },
  projectId: null,
  error: null,
  cancelRequested: false,
  createdBy: 'local',
  createdAt: '2026-11-22T20:45:00.000Z',
  startedAt: null,
  endedAt: null,
  ...change,
});

export const vm = (change: object = {}) => ({
  id: someId,
  name: 'first',
  description: '',
  project: { id: someId, name: 'default' },
  host: { id: someId, name: 'here' },
  managed: true,
  state: 'running',
  stateReason: null,
  vcpus: 2,
  memoryMiB: 1536,
  flavor: null,
  image: { id: someId, name: 'debian-12' },
  accelerator: 'qemu',
  guestUser: 'me',
  addresses: [{ ip: '192.168.122.10', mac: '52:54:00:00:00:01', source: 'lease' }],
  nics: [],
  disks: [],
  displays: ['serial'],
  agentConnected: false,
  confinement: null,
  problem: null,
  operationId: null,
  createdAt: '2026-11-22T20:45:00.000Z',
  startedAt: null,
  ...change,
});
