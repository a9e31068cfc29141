import { type ClientRequest, request } from 'node:http';
import { createInterface } from 'node:readline';
import type { Operation } from '@domus/contract';
import type { Site } from '../system/fixture/site.ts';

const PATIENCE_MS = 120_000;

/** Follows a site's operations by its event stream, as the console does: their end is known when it happens. */
export class OperationWatch {
  readonly #site: Site;
  readonly #request: ClientRequest;
  #news = Promise.withResolvers<void>();

  private constructor(site: Site, outgoing: ClientRequest) {
    this.#site = site;
    this.#request = outgoing;
  }

  static open(site: Site): Promise<OperationWatch> {
    return new Promise((resolve, reject) => {
      const outgoing = request({
        socketPath: `${site.dataDir}/run/api.sock`,
        path: '/api/v1/events',
        headers: { host: 'localhost' },
      });
      outgoing.once('error', reject);
      outgoing.once('response', (response) => {
        if (response.statusCode !== 200) return reject(new Error(`the event stream answered ${response.statusCode}`));
        const watch = new OperationWatch(site, outgoing);
        createInterface(response)
          .on('line', (line) => {
            if (!line.startsWith('data: ')) return;
            watch.#news.resolve();
            watch.#news = Promise.withResolvers();
          })
          .on('error', () => undefined); // we close it ourselves
        resolve(watch);
      });
      outgoing.end();
    });
  }

  /** Waits for its end. @throws Error where it did not succeed */
  async succeeded(id: string): Promise<Operation> {
    const late = AbortSignal.timeout(PATIENCE_MS);
    const patience = new Promise<never>((_, reject) =>
      late.addEventListener('abort', () => reject(new Error(`the operation ${id} did not end`))),
    );
    for (;;) {
      const news = this.#news.promise; // taken first: what happens while we ask is not missed
      const operation = await this.#site.api.call('operation.show', { params: { id } });
      if (operation.state === 'succeeded') return operation;
      if (operation.state === 'failed' || operation.state === 'cancelled')
        throw new Error(`${operation.kind} ended ${operation.state}: ${operation.error?.title ?? ''}`);
      await Promise.race([news, patience]);
    }
  }

  close(): void {
    this.#request.destroy();
  }
}
