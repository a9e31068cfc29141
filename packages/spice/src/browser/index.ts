export { SpiceError, type SpiceErrorCode } from '../wire/error.ts';
export type { ChannelType, ImageCompression } from '../wire/protocol.ts';
export { SpiceView } from './view.ts';
export type { Scaling, SpiceViewEvents, SpiceViewOptions, SpiceViewState } from './view-options.ts';
