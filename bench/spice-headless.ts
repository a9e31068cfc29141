/** A headless client until its server is gone: `node spice-headless.ts PORT`. */
import { HeadlessClient } from '@domus/spice/node';

const { promise, resolve } = Promise.withResolvers<void>();
await HeadlessClient.connect({
  address: { host: '127.0.0.1', port: Number(process.argv[2]) },
  events: { disconnected: () => resolve() },
});
await promise;
