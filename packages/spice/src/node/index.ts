export { HeadlessClient, type HeadlessOptions, type Screenshot } from './headless.ts';
export { decodePpm, encodePng, encodePpm } from './picture-files.ts';
export { type RecordedMessage, Recorder, Recording } from './recording.ts';
export { connectSocket, type ServerAddress } from './transport.ts';
