import { inflateReference } from './inflate.ref.ts';
import { wasmInflate } from './wasm-images.ts';

/**
 * zlib (RFC 1950) around DEFLATE (RFC 1951), synchronous because GLZ images must be decoded in order. The size of the
 * result is known beforehand (glz_data_size), which bounds memory. The Adler-32 at the end is not checked: what the
 * codes decode to is checked by GLZ itself. The bytes are lent: they stay until the next image is decoded.
 * @throws SpiceError truncated | malformed | limit when the input does not inflate to exactly `size` bytes
 */
export function inflate(input: Uint8Array, size: number): Uint8Array {
  return wasmInflate(input, size) ?? inflateReference(input, size);
}
