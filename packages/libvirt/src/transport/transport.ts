import type { Duplex } from 'node:stream';
import type { ConnectPhase } from '../errors.ts';

/**
 * A way to a daemon: opens one byte stream to it, ready for frames. The signal ends the attempt. `enter` tells how far it
 * came, for whoever asks why a connection does not come up.
 */
export type Transport = (signal: AbortSignal, enter: (phase: ConnectPhase) => void) => Promise<Duplex>;
