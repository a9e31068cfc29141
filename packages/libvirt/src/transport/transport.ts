import type { Duplex } from 'node:stream';

/** A way to a daemon: opens one byte stream to it, ready for frames. The signal ends the attempt. */
export type Transport = (signal: AbortSignal) => Promise<Duplex>;
