import type { FrameHeader } from '../rpc/frame.ts';
import type { XdrWriter } from '../xdr/writer.ts';

/** What calls and streams need of the connection that they came by. */
export interface Wire {
  /** Aborts when the connection has ended. */
  readonly closed: AbortSignal;
  /** Also true of a connection that is about to end. */
  readonly isGone: boolean;
  /** Whether the client reads more slowly than it is answered. */
  readonly isFull: boolean;
  /** Resolves when the socket takes more, or when the connection has ended. */
  drained(): Promise<void>;
  /** Stops reading until every hold is given back. */
  hold(held: boolean): void;
  /** Sends a frame. */
  send(header: FrameHeader, body?: (writer: XdrWriter) => void): void;
  /** Sends any bytes, right or wrong; `onSent` when they have left. */
  write(bytes: Buffer, onSent?: () => void): void;
  close(): void;
}
