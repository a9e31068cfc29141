import type { FrameHeader } from '../rpc/frame.ts';
import type { KeepaliveOptions } from '../rpc/keepalive.ts';
import type { XdrWriter } from '../xdr/writer.ts';
import type { Fault } from './faults.ts';
import type { Client, Handlers } from './handlers.ts';

/** What all connections of a server share. */
export interface ServerContext<Driver> {
  readonly handlers: Handlers<Driver>;
  readonly writer: XdrWriter;
  readonly maxClientRequests: number;
  readonly keepalive: KeepaliveOptions | false;
  readonly faultOf: (client: Client<Driver>, procedure: string) => Fault | undefined;
  readonly tap: (client: Client<Driver>, header: FrameHeader, payload: Buffer) => boolean;
  readonly log: (line: string) => void;
}
