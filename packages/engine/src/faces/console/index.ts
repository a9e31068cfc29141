export { consoleFace } from './relay.ts';
