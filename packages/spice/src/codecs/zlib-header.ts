import { SpiceError } from '../wire/error.ts';

/** Method DEFLATE, a check sum, and no preset dictionary (RFC 1950). @throws SpiceError malformed */
export function checkZlibHeader(input: Uint8Array): void {
  if (input.length < 2 || (input[0]! & 15) !== 8 || ((input[0]! << 8) | input[1]!) % 31 !== 0 || input[1]! & 32) {
    throw new SpiceError('malformed', 'not a zlib stream', { offset: 0 });
  }
}
