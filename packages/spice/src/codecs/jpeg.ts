import { SpiceError } from '../wire/error.ts';
import { type DecodedImage, MAX_IMAGE_PIXELS } from './decoded-image.ts';
import { JpegBits } from './jpeg-bits.ts';
import { flatBlock, inverseDct } from './jpeg-dct.ts';
import { colourRow, greyRow, type JpegPlane, JpegRows } from './jpeg-rows.ts';
import { type HuffmanTable, huffmanTable } from './jpeg-tables.ts';

/**
 * Baseline JPEG (ITU T.81, Huffman, 8 bits, grey or YCbCr, any sampling), which is what SPICE servers produce for
 * images and MJPEG frames. The decoder for hosts without one of their own. Its pixels are those of libjpeg, which
 * spice-gtk and browsers use.
 */
interface Component extends JpegPlane {
  id: number;
  h: number;
  v: number;
  /** The samples, to be written: limits what is written to 0..255. */
  limited: Uint8ClampedArray;
  quantizationNumber: number;
  quantization: Uint16Array;
  dc: HuffmanTable;
  ac: HuffmanTable;
  /** The mean of the block before, in steps of quantization. */
  prediction: number;
}

/** Minimum coded units: how many lie side by side and below each other. */
interface Units {
  columns: number;
  rows: number;
}

const MARKER = { SOF0: 0xc0, SOF1: 0xc1, DHT: 0xc4, SOI: 0xd8, EOI: 0xd9, SOS: 0xda, DQT: 0xdb, DRI: 0xdd } as const;
const NO_TABLE: HuffmanTable = huffmanTable(new Uint8Array(16), new Uint8Array(0));

/** @throws SpiceError truncated | malformed | limit | unsupported */
export function decodeJpeg(bytes: Uint8Array): DecodedImage {
  return new JpegDecoding(bytes).run();
}

const NO_STEPS = new Uint16Array(64);

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
  #units: Units = { columns: 0, rows: 0 };
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
    const heads = Array.from({ length: count }, () => {
      const [id, sampling, quantizationNumber] = [this.#u8(), this.#u8(), this.#u8()];
      const [h, v] = [sampling >> 4, sampling & 15];
      if (h < 1 || h > 4 || v < 1 || v > 4) throw this.#bad('sampling');
      return { id, h, v, quantizationNumber };
    });
    const hMax = Math.max(...heads.map(({ h }) => h));
    const vMax = Math.max(...heads.map(({ v }) => v));
    this.#units = { columns: Math.ceil(this.#width / (8 * hMax)), rows: Math.ceil(this.#height / (8 * vMax)) };
    this.#components = heads.map((head) => {
      const { h, v } = head;
      const stride = this.#units.columns * h * 8;
      const samples = new Uint8Array(stride * this.#units.rows * v * 8);
      const limited = new Uint8ClampedArray(samples.buffer);
      const [columns, rows] = [Math.ceil((this.#width * h) / hMax), Math.ceil((this.#height * v) / vMax)];
      const plane = { samples, stride, columns, rows, acrossEach: hMax / h, downEach: vMax / v };
      return { ...head, ...plane, limited, quantization: NO_STEPS, dc: NO_TABLE, ac: NO_TABLE, prediction: 0 };
    });
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
      const quantization = this.#quantization[component.quantizationNumber];
      if (!quantization) throw this.#bad('quantization');
      Object.assign(component, { dc, ac, quantization });
    }
    this.#take(3);
    const bits = new JpegBits(this.#bytes, this.#at);
    const single = count === 1;
    const columns = single ? Math.ceil(this.#width / 8) : this.#units.columns;
    const rows = single ? Math.ceil(this.#height / 8) : this.#units.rows;
    for (let mcu = 0; mcu < columns * rows; mcu++) {
      if (this.#restartInterval > 0 && mcu > 0 && mcu % this.#restartInterval === 0) {
        bits.restart();
        for (const component of this.#components) component.prediction = 0;
      }
      const column = mcu % columns;
      const row = (mcu - column) / columns;
      for (const component of this.#components) {
        const h = single ? 1 : component.h;
        const v = single ? 1 : component.v;
        for (let y = 0; y < v; y++) {
          for (let x = 0; x < h; x++) this.#decodeBlock(bits, component, column * h + x, row * v + y);
        }
      }
    }
  }

  #decodeBlock(bits: JpegBits, component: Component, column: number, row: number): void {
    const { quantization, limited, stride } = component;
    component.prediction = (component.prediction + bits.difference(component.dc)) | 0;
    const mean = Math.imul(component.prediction, quantization[0]!);
    const at = row * 8 * stride + column * 8;
    const last = bits.coefficients(component.ac, quantization, this.#block);
    if (last === 0) {
      flatBlock(mean, limited, at, stride);
      return;
    }
    this.#block[0] = mean;
    inverseDct(this.#block, last, limited, at, stride);
  }

  #image(): DecodedImage {
    const width = this.#width;
    const height = this.#height;
    const pixels = new Int32Array(width * height);
    const [luma, cb, cr] = this.#components.map((component) => new JpegRows(component, width));
    for (let y = 0; y < height; y++) {
      luma!.seek(y);
      cb?.seek(y);
      cr?.seek(y);
      if (cb && cr) colourRow(luma!, cb, cr, pixels, y * width, width);
      else greyRow(luma!, pixels, y * width, width);
    }
    return { pixels, start: 0, width, height, stride: width, topDown: true, alpha: false };
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
