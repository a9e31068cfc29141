import { SpiceError } from '../wire/error.ts';
import { type DecodedImage, MAX_IMAGE_PIXELS } from './decoded-image.ts';
import { type HuffmanTable, huffmanTable, inverseDct, ZIGZAG } from './jpeg-tables.ts';

/**
 * Baseline JPEG (ITU T.81, Huffman, 8 bits, grey or YCbCr, any sampling), which is what SPICE servers produce for
 * images and MJPEG frames. The decoder for hosts without one of their own.
 */
interface Component {
  id: number;
  h: number;
  v: number;
  quantization: number;
  dc: HuffmanTable;
  ac: HuffmanTable;
  /** Samples, whole blocks, `stride` a row. */
  samples: Uint8ClampedArray;
  stride: number;
  blockColumns: number;
  blockRows: number;
  prediction: number;
}

const MARKER = { SOF0: 0xc0, SOF1: 0xc1, DHT: 0xc4, SOI: 0xd8, EOI: 0xd9, SOS: 0xda, DQT: 0xdb, DRI: 0xdd } as const;
const NO_TABLE: HuffmanTable = new Uint16Array(0);

/** @throws SpiceError truncated | malformed | limit | unsupported */
export function decodeJpeg(bytes: Uint8Array): DecodedImage {
  return new JpegDecoding(bytes).run();
}

class JpegDecoding {
  readonly #bytes: Uint8Array;
  #at = 0;
  #width = 0;
  #height = 0;
  #components: Component[] = [];
  readonly #quantization: Uint16Array[] = [];
  readonly #dc: HuffmanTable[] = [];
  readonly #ac: HuffmanTable[] = [];
  #restartInterval = 0;
  // Entropy-coded bits: `#held` of them in the low end of `#hold`.
  #hold = 0;
  #held = 0;
  readonly #block = new Int32Array(64);

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  run(): DecodedImage {
    if (this.#u16() !== 0xff00 + MARKER.SOI) throw this.#bad('not a JPEG');
    for (;;) {
      const marker = this.#marker();
      if (marker === MARKER.EOI) break;
      const end = this.#at + this.#u16();
      if (end > this.#bytes.length) throw this.#cutShort();
      if (marker === MARKER.SOF0 || marker === MARKER.SOF1) this.#frame();
      else if (marker === MARKER.DHT) this.#huffman(end);
      else if (marker === MARKER.DQT) this.#quantize(end);
      else if (marker === MARKER.DRI) this.#restartInterval = this.#u16();
      else if (marker === MARKER.SOS) {
        this.#scan();
        break;
      } else if (marker > MARKER.SOF1 && marker <= 0xcf && marker !== 0xc8) {
        throw new SpiceError('unsupported', `JPEG process ${marker - MARKER.SOF0}`, { offset: this.#at });
      }
      this.#at = end;
    }
    if (this.#components.length === 0) throw this.#bad('no frame');
    return this.#image();
  }

  #marker(): number {
    while (this.#u8() !== 0xff);
    let marker = this.#u8();
    while (marker === 0xff) marker = this.#u8();
    return marker;
  }

  #frame(): void {
    if (this.#u8() !== 8) throw this.#bad('not 8 bits a sample');
    this.#height = this.#u16();
    this.#width = this.#u16();
    const count = this.#u8();
    if (this.#width === 0 || this.#height === 0 || (count !== 1 && count !== 3)) throw this.#bad('frame');
    if (this.#width * this.#height > MAX_IMAGE_PIXELS) throw new SpiceError('limit', 'a JPEG too large');
    this.#components = Array.from({ length: count }, () => {
      const id = this.#u8();
      const sampling = this.#u8();
      const quantization = this.#u8();
      const [h, v] = [sampling >> 4, sampling & 15];
      if (h < 1 || h > 4 || v < 1 || v > 4) throw this.#bad('sampling');
      const empty = { samples: new Uint8ClampedArray(0), stride: 0, blockColumns: 0, blockRows: 0, prediction: 0 };
      return { id, h, v, quantization, dc: NO_TABLE, ac: NO_TABLE, ...empty };
    });
    const { mcuColumns, mcuRows } = this.#mcus();
    for (const component of this.#components) {
      component.blockColumns = mcuColumns * component.h;
      component.blockRows = mcuRows * component.v;
      component.stride = component.blockColumns * 8;
      component.samples = new Uint8ClampedArray(component.stride * component.blockRows * 8);
    }
  }

  /** How many minimum coded units lie side by side and below each other. */
  #mcus(): { mcuColumns: number; mcuRows: number; hMax: number; vMax: number } {
    const hMax = Math.max(...this.#components.map(({ h }) => h));
    const vMax = Math.max(...this.#components.map(({ v }) => v));
    return {
      mcuColumns: Math.ceil(this.#width / (8 * hMax)),
      mcuRows: Math.ceil(this.#height / (8 * vMax)),
      hMax,
      vMax,
    };
  }

  #huffman(end: number): void {
    while (this.#at < end) {
      const target = this.#u8();
      const counts = this.#take(16);
      const symbols = this.#take(counts.reduce((sum, count) => sum + count, 0));
      (target >> 4 ? this.#ac : this.#dc)[target & 3] = huffmanTable(counts, symbols);
    }
  }

  #quantize(end: number): void {
    while (this.#at < end) {
      const target = this.#u8();
      const table = Uint16Array.from({ length: 64 }, () => (target >> 4 ? this.#u16() : this.#u8()));
      this.#quantization[target & 3] = table;
    }
  }

  #scan(): void {
    const count = this.#u8();
    if (count !== this.#components.length || count === 0) {
      throw new SpiceError('unsupported', 'a JPEG with several scans', { offset: this.#at });
    }
    for (let i = 0; i < count; i++) {
      const id = this.#u8();
      const tables = this.#u8();
      const component = this.#components.find((other) => other.id === id);
      const dc = this.#dc[tables >> 4];
      const ac = this.#ac[tables & 15];
      if (!component || !dc || !ac) throw this.#bad('scan');
      component.dc = dc;
      component.ac = ac;
    }
    this.#take(3);
    const { mcuColumns, mcuRows } = this.#mcus();
    const single = count === 1 ? this.#components[0] : undefined;
    const columns = single ? Math.ceil(this.#width / 8) : mcuColumns;
    const rows = single ? Math.ceil(this.#height / 8) : mcuRows;
    for (let mcu = 0; mcu < columns * rows; mcu++) {
      if (this.#restartInterval > 0 && mcu > 0 && mcu % this.#restartInterval === 0) this.#restart();
      const column = mcu % columns;
      const row = (mcu - column) / columns;
      for (const component of this.#components) {
        const { h, v } = single ? { h: 1, v: 1 } : component;
        for (let y = 0; y < v; y++) {
          for (let x = 0; x < h; x++) this.#decodeBlock(component, column * h + x, row * v + y);
        }
      }
    }
  }

  #restart(): void {
    this.#hold = 0;
    this.#held = 0;
    const marker = this.#marker();
    if (marker < 0xd0 || marker > 0xd7) throw this.#bad('a restart marker is missing');
    for (const component of this.#components) component.prediction = 0;
  }

  #decodeBlock(component: Component, column: number, row: number): void {
    const quantization = this.#quantization[component.quantization];
    if (!quantization) throw this.#bad('quantization');
    const block = this.#block.fill(0);
    component.prediction += this.#signed(this.#symbol(component.dc) & 15);
    block[0] = component.prediction * quantization[0]!;
    for (let k = 1; k < 64; k++) {
      const symbol = this.#symbol(component.ac);
      const size = symbol & 15;
      if (size === 0) {
        if (symbol !== 0xf0) break;
        k += 15;
        continue;
      }
      k += symbol >> 4;
      if (k > 63) throw this.#bad('too many coefficients');
      block[ZIGZAG[k]!] = this.#signed(size) * quantization[k]!;
    }
    inverseDct(block, component.samples, row * 8 * component.stride + column * 8, component.stride);
  }

  #symbol(table: HuffmanTable): number {
    this.#fill(16);
    const entry = table[(this.#hold >>> (this.#held - 16)) & 0xffff]!;
    if (entry === 0) throw this.#bad('no such code');
    this.#held -= entry & 255;
    return entry >> 8;
  }

  #signed(size: number): number {
    if (size === 0) return 0;
    this.#fill(size);
    this.#held -= size;
    const value = (this.#hold >>> this.#held) & ((1 << size) - 1);
    return value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
  }

  /** Behind the last byte, or a marker, the stream continues with ones. */
  #fill(count: number): void {
    while (this.#held < count) {
      let byte = 0xff;
      if (this.#at < this.#bytes.length) {
        byte = this.#bytes[this.#at]!;
        if (byte !== 0xff) this.#at++;
        else if (this.#bytes[this.#at + 1] === 0) this.#at += 2;
        else if (this.#at + 1 >= this.#bytes.length) this.#at++;
      } else if (++this.#at > this.#bytes.length + 8) throw this.#cutShort();
      this.#hold = (this.#hold << 8) | byte;
      this.#held += 8;
    }
  }

  #image(): DecodedImage {
    const width = this.#width;
    const height = this.#height;
    const pixels = new Int32Array(width * height);
    const rgba = new Uint8ClampedArray(pixels.buffer);
    const [luma, blue, red] = this.#components.map((component) => this.#plane(component)) as [
      Uint8ClampedArray,
      Uint8ClampedArray?,
      Uint8ClampedArray?,
    ];
    for (let i = 0, to = 0; i < width * height; i++, to += 4) {
      const grey = luma[i]!;
      const cb = blue ? blue[i]! - 128 : 0;
      const cr = red ? red[i]! - 128 : 0;
      rgba[to] = grey + 1.402 * cr;
      rgba[to + 1] = grey - 0.344136 * cb - 0.714136 * cr;
      rgba[to + 2] = grey + 1.772 * cb;
      rgba[to + 3] = 255;
    }
    return { pixels, start: 0, width, height, stride: width, topDown: true, alpha: false };
  }

  /** A component at full size: halves are interpolated (3 parts near, 1 part far), other ratios repeated. */
  #plane({ h, v, samples, stride }: Component): Uint8ClampedArray {
    const { hMax, vMax } = this.#mcus();
    const width = this.#width;
    const height = this.#height;
    const lastColumn = Math.ceil((width * h) / hMax) - 1;
    const lastRow = Math.ceil((height * v) / vMax) - 1;
    const plane = new Uint8ClampedArray(width * height);
    for (let y = 0, to = 0; y < height; y++) {
      const row = Math.floor((y * v) / vMax);
      const near = row * stride;
      const far = vMax === 2 * v ? clamp(y & 1 ? row + 1 : row - 1, lastRow) * stride : near;
      for (let x = 0; x < width; x++, to++) {
        const column = Math.floor((x * h) / hMax);
        const beside = hMax === 2 * h ? clamp(x & 1 ? column + 1 : column - 1, lastColumn) : column;
        const here = 3 * samples[near + column]! + samples[far + column]!;
        const there = 3 * samples[near + beside]! + samples[far + beside]!;
        plane[to] = (3 * here + there) / 16;
      }
    }
    return plane;
  }

  #u8(): number {
    if (this.#at >= this.#bytes.length) throw this.#cutShort();
    return this.#bytes[this.#at++]!;
  }

  #u16(): number {
    return (this.#u8() << 8) | this.#u8();
  }

  #take(count: number): Uint8Array {
    if (this.#at + count > this.#bytes.length) throw this.#cutShort();
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  #bad(what: string): SpiceError {
    return new SpiceError('malformed', `a bad JPEG: ${what}`, { offset: this.#at });
  }

  #cutShort(): SpiceError {
    return new SpiceError('truncated', 'a JPEG ends too early', { offset: this.#at });
  }
}

function clamp(index: number, last: number): number {
  return Math.min(Math.max(index, 0), last);
}
