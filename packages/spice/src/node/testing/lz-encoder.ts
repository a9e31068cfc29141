/** A plain encoder of LZ and GLZ streams, for tests: greedy matches over whole units, by a map of the last places. */

/** One unit is what a literal stands for: the pixel's bytes, a byte of indices, or one alpha byte. */
export interface Units {
  /** Bytes of each unit as literals carry them. */
  literals: readonly (readonly number[])[];
  /** What the type adds to match lengths. */
  bias: number;
}

export function lzHeader(type: number, width: number, height: number, stride: number, topDown: boolean): number[] {
  return [
    ...be(0x20205a4c),
    ...be(0x00010001),
    ...be(type),
    ...be(width),
    ...be(height),
    ...be(stride),
    ...be(+topDown),
  ];
}

export function glzHeader(
  type: number,
  width: number,
  height: number,
  topDown: boolean,
  id: number,
  oldest: number,
): number[] {
  const size = [...be(width), ...be(height), ...be(width * 4)];
  return [
    ...be(0x20205a4c),
    ...be(0x00010001),
    type | (+topDown << 4),
    ...size,
    ...be(0),
    ...be(id),
    ...be(id - oldest),
  ];
}

export function encodeLz({ literals, bias }: Units): number[] {
  const out: number[] = [];
  const last = new Map<string, number>();
  let pending: number[] = [];
  const flush = (): void => {
    for (let at = 0; at < pending.length; at += 32) {
      const part = pending.slice(at, at + 32);
      out.push(part.length - 1, ...part.flatMap((unit) => literals[unit]!));
    }
    pending = [];
  };
  for (let at = 0; at < literals.length; ) {
    const from = last.get(String(literals[at]));
    last.set(String(literals[at]), at);
    const length = from === undefined ? 0 : matchLength(literals, literals, from, at);
    const distance = at - (from ?? 0) - 1;
    if (from === undefined || length < bias + 1 || distance > 8191 + 65535) {
      pending.push(at++);
      continue;
    }
    flush();
    at += length;
    const far = distance >= 8191;
    const short = far ? 0x1fff : distance;
    out.push((Math.min(length - bias, 7) << 5) | (short >> 8));
    pushLength(out, length - bias);
    out.push(short & 255);
    if (far) out.push((distance - 8191) >> 8, (distance - 8191) & 255);
  }
  flush();
  return out;
}

/** @param earlier the units of images that may be referred to, by id */
export function encodeGlz(
  { literals, bias }: Units,
  id: number,
  earlier: ReadonlyMap<number, Units['literals']>,
): number[] {
  const out: number[] = [];
  let pending: number[] = [];
  const flush = (): void => {
    for (let at = 0; at < pending.length; at += 32) {
      const part = pending.slice(at, at + 32);
      out.push(part.length - 1, ...part.flatMap((unit) => literals[unit]!));
    }
    pending = [];
  };
  for (let at = 0; at < literals.length; ) {
    const best = bestMatch(literals, at, earlier);
    if (!best || best.length < bias + 1) {
      pending.push(at++);
      continue;
    }
    flush();
    pushGlzMatch(
      out,
      best.length - bias,
      best.image === undefined ? at - best.from - 1 : best.from,
      id - (best.image ?? id),
    );
    at += best.length;
  }
  flush();
  return out;
}

function bestMatch(literals: Units['literals'], at: number, earlier: ReadonlyMap<number, Units['literals']>) {
  let best: { image: number | undefined; from: number; length: number } | undefined;
  const consider = (source: Units['literals'], image: number | undefined, end: number): void => {
    for (let from = 0; from < end; from++) {
      const length = matchLength(literals, source, from, at);
      if (length > (best?.length ?? 0)) best = { image, from, length };
    }
  };
  consider(literals, undefined, at);
  for (const [image, source] of earlier) consider(source, image, source.length);
  return best;
}

function matchLength(literals: Units['literals'], source: Units['literals'], from: number, at: number): number {
  let length = 0;
  while (at + length < literals.length && from + length < source.length) {
    if (String(literals[at + length]) !== String(source[from + length])) break;
    length++;
  }
  return length;
}

/** A match as GLZ writes it: `length` without the type's bias, `images` back; within the image `offset` is one less than the distance. */
export function pushGlzMatch(out: number[], length: number, offset: number, images: number): void {
  const long = offset >= 1 << 12;
  out.push((Math.min(length, 7) << 5) | (long ? 16 : 0) | (offset & 15));
  pushLength(out, length);
  out.push((offset >> 4) & 255);
  if (long) {
    const distance = bytesOf(images);
    const veryLong = offset >= 1 << 17;
    out.push((distance.length << 6) | (veryLong ? 32 : 0) | ((offset >> 12) & 31), ...distance);
    if (veryLong) out.push(offset >> 17);
    return;
  }
  const distance = bytesOf(images >> 6);
  out.push((distance.length << 6) | (images & 63), ...distance);
}

function pushLength(out: number[], length: number): void {
  if (length < 7) return;
  let rest = length - 7;
  for (; rest >= 255; rest -= 255) out.push(255);
  out.push(rest);
}

function bytesOf(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; rest > 0; rest >>= 8) bytes.push(rest & 255);
  return bytes;
}

function be(value: number): number[] {
  return [(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}
