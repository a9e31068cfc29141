const MARKER = { DHT: 0xc4, SOS: 0xda, DQT: 0xdb } as const;
const START_BYTES = 2;

/**
 * The tables of one MJPEG stream. Servers send a Huffman or quantization table only until the client has it: frames
 * are in the abbreviated format of ITU T.81 B.5, which a JPEG decoder alone cannot read.
 */
export class MjpegTables {
  /** Each table as a segment of its own, by marker, class or precision, and number: at most 512. */
  readonly #known = new Map<number, Uint8Array>();

  /** A frame with all tables that it needs; the frame itself when it has them. What is wrong with it, its decoder tells. */
  complete(frame: Uint8Array): Uint8Array {
    const own = tablesOf(frame);
    const missing: Uint8Array[] = [];
    for (const [name, table] of this.#known) if (!own.has(name)) missing.push(table);
    for (const [name, table] of own) this.#known.set(name, table);
    if (missing.length === 0 || frame.length < START_BYTES) return frame;
    const whole = new Uint8Array(missing.reduce((sum, { length }) => sum + length, frame.length));
    whole.set(frame.subarray(0, START_BYTES));
    let at = START_BYTES;
    for (const table of missing) {
      whole.set(table, at);
      at += table.length;
    }
    whole.set(frame.subarray(START_BYTES), at);
    return whole;
  }
}

/** The tables before the first scan. A segment: 0xff, marker, length u16 big-endian (counts itself), then tables. */
function tablesOf(frame: Uint8Array): Map<number, Uint8Array> {
  const tables = new Map<number, Uint8Array>();
  for (let at = START_BYTES; at + 4 <= frame.length; ) {
    const marker = frame[at + 1]!;
    const end = at + 2 + ((frame[at + 2]! << 8) | frame[at + 3]!);
    if (frame[at] !== 0xff || marker === MARKER.SOS || end > frame.length) break;
    if (marker === MARKER.DHT || marker === MARKER.DQT) {
      for (let table = at + 4; table < end; ) {
        const next = table + (marker === MARKER.DHT ? huffmanBytes(frame, table) : quantizationBytes(frame, table));
        if (next > end) break;
        tables.set((marker << 8) | frame[table]!, segment(marker, frame.subarray(table, next)));
        table = next;
      }
    }
    at = end;
  }
  return tables;
}

/** Class and number u8, how many codes of 1 to 16 bits there are (u8 each), the symbols. */
function huffmanBytes(frame: Uint8Array, at: number): number {
  return frame.subarray(at + 1, at + 17).reduce((sum, count) => sum + count, 17);
}

/** Precision and number u8, then 64 entries of 8 or 16 bits. */
function quantizationBytes(frame: Uint8Array, at: number): number {
  return frame[at]! >> 4 ? 129 : 65;
}

function segment(marker: number, table: Uint8Array): Uint8Array {
  const length = table.length + 2;
  return Uint8Array.of(0xff, marker, length >> 8, length & 255, ...table);
}
