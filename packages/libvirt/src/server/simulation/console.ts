import type { ServerStream } from '../server-stream.ts';
import type { SimulatedDomain } from './simulated-domain.ts';

/** A guest's serial console: says who it is, then gives back what it is given, until the client leaves or the guest ends. */
export async function serveConsole(domain: SimulatedDomain, stream: ServerStream): Promise<void> {
  const forget = domain.onStop(() => stream.end());
  try {
    await stream.write(Buffer.from(`simulated console of ${domain.name}\r\n`));
    for await (const packet of stream) if ('data' in packet) await stream.write(packet.data);
  } finally {
    forget();
  }
}
