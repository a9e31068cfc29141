/** A plain encoder of LZ4 images, for tests. */

/** An LZ4 image of rows without padding, in so many blocks. */
export function encodeLz4(data: number[], format: number, blocks: number): Uint8Array {
  const out = [1, format];
  const size = Math.ceil(data.length / blocks);
  for (let at = 0; at < data.length; at += size) {
    const block = encodeBlock(data, at, Math.min(at + size, data.length));
    out.push(block.length >>> 24, (block.length >> 16) & 255, (block.length >> 8) & 255, block.length & 255, ...block);
  }
  return Uint8Array.from(out);
}

/** One block: a match wherever the last four bytes occurred before, literals elsewhere; the end is literal. */
function encodeBlock(data: number[], from: number, end: number): number[] {
  const out: number[] = [];
  const last = new Map<string, number>();
  for (let i = 0; i + 4 <= from; i++) last.set(String(data.slice(i, i + 4)), i);
  let literals = from;
  for (let at = from; at < end; ) {
    const found = last.get(String(data.slice(at, at + 4)));
    last.set(String(data.slice(at, at + 4)), at);
    let length = 0;
    if (found !== undefined) while (at + length < end - 5 && data[found + length] === data[at + length]) length++;
    if (found === undefined || length < 4 || at - found > 65535) {
      at++;
      continue;
    }
    push(out, data.slice(literals, at), length - 4, at - found);
    at += length;
    literals = at;
  }
  push(out, data.slice(literals, end));
  return out;
}

function push(out: number[], literals: number[], match?: number, distance = 0): void {
  out.push((Math.min(literals.length, 15) << 4) | Math.min(match ?? 0, 15));
  const extend = (length: number): void => {
    let rest = length - 15;
    for (; rest >= 255; rest -= 255) out.push(255);
    if (rest >= 0) out.push(rest);
  };
  if (literals.length >= 15) extend(literals.length);
  out.push(...literals);
  if (match === undefined) return;
  out.push(distance & 255, distance >> 8);
  if (match >= 15) extend(match);
}
