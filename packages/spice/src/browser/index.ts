export { SpiceError, type SpiceErrorCode } from '../wire/error.ts';
export type { ChannelType, ImageCompression } from '../wire/protocol.ts';
export { type Scaling, SpiceView, type SpiceViewEvents, type SpiceViewOptions, type SpiceViewState } from './view.ts';
