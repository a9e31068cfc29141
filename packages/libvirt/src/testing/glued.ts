import type { ServerPeer } from './protocol-server.ts';

/** What the peer sends meanwhile arrives in one piece, so that the client cannot act in between. */
export function glued(peer: ServerPeer, send: () => void): void {
  const pieces: Buffer[] = [];
  const { write } = peer.socket;
  peer.socket.write = (piece: Buffer) => pieces.push(piece) > 0;
  send();
  peer.socket.write = write;
  peer.socket.write(Buffer.concat(pieces));
}
