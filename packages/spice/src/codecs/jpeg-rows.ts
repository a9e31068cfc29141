/** The samples of one component, whole blocks, and how much coarser they are than the picture. */
export interface JpegPlane {
  samples: Uint8Array;
  stride: number;
  /** Samples that belong to the picture. */
  columns: number;
  rows: number;
  /** Columns and rows of the picture to each sample; more than 1, or a fraction of components that do not fit each other. */
  acrossEach: number;
  downEach: number;
}

/**
 * A component's rows at the width of the picture. Halves are interpolated, three parts of the near sample and one of the
 * far one, rounded up and down in turns; other ratios are repeated. So does libjpeg, and it repeats also halves of up to
 * two columns.
 */
export class JpegRows {
  readonly #plane: JpegPlane;
  readonly #own: Uint8Array;
  /** Where the row that was sought lies. */
  row: Uint8Array;
  at = 0;

  constructor(plane: JpegPlane, width: number) {
    const { samples, acrossEach, downEach, columns } = plane;
    this.#plane = plane;
    const isWhole = acrossEach === 1 && downEach === 1;
    this.#own = new Uint8Array(isWhole ? 0 : Math.max(width, 2 * columns));
    this.row = isWhole ? samples : this.#own;
  }

  seek(y: number): void {
    const { stride, columns, rows, acrossEach, downEach } = this.#plane;
    const near = Math.floor(y / downEach);
    if (this.row !== this.#own) {
      this.at = y * stride;
      return;
    }
    const beside = Math.min(Math.max(y & 1 ? near + 1 : near - 1, 0), rows - 1);
    if (acrossEach === 2 && downEach === 1 && columns > 2) this.#across(near * stride);
    else if (acrossEach === 2 && downEach === 2 && columns > 2) this.#both(near * stride, beside * stride);
    else if (acrossEach === 1 && downEach === 2) this.#down(near * stride, beside * stride, y & 1 ? 2 : 1);
    else this.#repeat(near * stride);
  }

  #across(from: number): void {
    const own = this.#own;
    const { samples, columns } = this.#plane;
    let last = samples[from]!;
    let here = last;
    for (let x = 0; x < columns; x++) {
      const next = x + 1 < columns ? samples[from + x + 1]! : here;
      own[2 * x] = (3 * here + last + 1) >> 2;
      own[2 * x + 1] = (3 * here + next + 2) >> 2;
      last = here;
      here = next;
    }
  }

  #down(near: number, far: number, round: number): void {
    const own = this.#own;
    const { samples, columns } = this.#plane;
    for (let x = 0; x < columns; x++) own[x] = (3 * samples[near + x]! + samples[far + x]! + round) >> 2;
  }

  #both(near: number, far: number): void {
    const own = this.#own;
    const { samples, columns } = this.#plane;
    let last = 3 * samples[near]! + samples[far]!;
    let here = last;
    for (let x = 0; x < columns; x++) {
      const next = x + 1 < columns ? 3 * samples[near + x + 1]! + samples[far + x + 1]! : here;
      own[2 * x] = (3 * here + last + 8) >> 4;
      own[2 * x + 1] = (3 * here + next + 7) >> 4;
      last = here;
      here = next;
    }
  }

  #repeat(from: number): void {
    const own = this.#own;
    const { samples, acrossEach } = this.#plane;
    for (let x = 0; x < own.length; x++) own[x] = samples[from + Math.floor(x / acrossEach)]!;
  }
}

const OPAQUE = 0xff000000 | 0;
/** A colour from -256 on, limited to 0..255. */
const LIMITED = Uint8Array.from({ length: 768 }, (_, i) => Math.max(0, Math.min(i - 256, 255)));
// By Cb or Cr what they add to a colour (JFIF 1.02), in 16 bits behind the point; green is rounded when both are added.
const HALF = 32768;
const parts = (factor: number, more: number): Int32Array =>
  Int32Array.from({ length: 256 }, (_, i) => Math.round(factor * 65536) * (i - 128) + more);
const CR_RED = parts(1.402, HALF).map((part) => (part >> 16) + 256);
const CB_BLUE = parts(1.772, HALF).map((part) => (part >> 16) + 256);
const CB_GREEN = parts(-0.34414, HALF + 256 * 65536);
const CR_GREEN = parts(-0.71414, 0);

/** Tables, because limiting three colours a pixel by comparisons takes longer where branches are guessed wrongly. */
export function colourRow(
  luma: JpegRows,
  cb: JpegRows,
  cr: JpegRows,
  out: Int32Array,
  to: number,
  width: number,
): void {
  const { row: lumas, at: lumaAt } = luma;
  const { row: blues, at: blueAt } = cb;
  const { row: reds, at: redAt } = cr;
  for (let x = 0; x < width; x++) {
    const y = lumas[lumaAt + x]!;
    const b = blues[blueAt + x]!;
    const r = reds[redAt + x]!;
    const red = LIMITED[y + CR_RED[r]!]!;
    const green = LIMITED[y + ((CB_GREEN[b]! + CR_GREEN[r]!) >> 16)]!;
    const blue = LIMITED[y + CB_BLUE[b]!]!;
    out[to + x] = OPAQUE | (blue << 16) | (green << 8) | red;
  }
}

export function greyRow({ row, at }: JpegRows, out: Int32Array, to: number, width: number): void {
  for (let x = 0; x < width; x++) out[to + x] = OPAQUE | (row[at + x]! * 0x010101);
}
