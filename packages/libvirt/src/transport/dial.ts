import { type NetConnectOpts, Socket } from 'node:net';
import { abortable } from '../abortable.ts';

/** Opens a socket; rejects with Node's own error. `onLookup`: its host's name has an address. */
export function dial(
  target: NetConnectOpts,
  signal: AbortSignal,
  onLookup?: () => void,
  socket = new Socket(),
): Promise<Socket> {
  signal.throwIfAborted();
  // libvirt's messages are small and somebody waits for each answer.
  socket.connect({ noDelay: true, ...target });
  if (onLookup) {
    socket.once('lookup', (error: Error | null) => {
      if (!error) onLookup();
    });
  }
  return abortable(
    signal,
    () => socket.destroy(),
    (resolve, reject) => {
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(socket);
      });
    },
  );
}
