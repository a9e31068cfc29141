export { type ReplayOptions, replay } from './replay.ts';
export { type ClientMessage, ServerChannel } from './server-channel.ts';
export { SpiceServer, type SpiceServerOptions } from './spice-server.ts';
