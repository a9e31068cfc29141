import type { MouseMode } from '../channels/main.ts';
import type { SpiceError } from '../wire/error.ts';
import type { ChannelType, ImageCompression } from '../wire/protocol.ts';

export interface SpiceViewOptions {
  /** The view puts its elements into this one and fills it. */
  container: HTMLElement;
  /** Where a channel is relayed; called once for each channel, so that one-use tickets can be minted. */
  openChannel(type: ChannelType, id: number): Promise<{ url: string; protocols?: string[]; password?: string }>;
  /** `fit` (default) scales the picture into the container, `none` shows it pixel for pixel. */
  scaling?: Scaling;
  /** Whether the guest's screen follows the container's size, where an agent can do so; true unless told. */
  resizeGuest?: boolean;
  /** Neither keyboard nor pointer reach the guest; false unless told. */
  viewOnly?: boolean;
  /** Exchanges text with the guest's clipboard, where an agent runs; true unless told. */
  clipboard?: boolean;
  /** Asks the server for one way of compressing images; its own setting unless told. */
  imageCompression?: ImageCompression;
  /** For opening and linking each channel; 15 s unless told. */
  linkTimeoutMs?: number;
}

export type Scaling = 'fit' | 'none';
export type SpiceViewState = 'idle' | 'connecting' | 'connected' | 'disconnected';

/** Events of a view and their `detail`. */
export interface SpiceViewEvents {
  statechange: undefined;
  /** The session ended; undefined after `close`. */
  disconnected: SpiceError | undefined;
  resolution: { width: number; height: number };
  agent: boolean;
  guestcopied: string;
  mousemode: MouseMode;
  locks: number;
  named: string;
}
