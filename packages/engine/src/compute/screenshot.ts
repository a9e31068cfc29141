import { crc32, deflateSync } from 'node:zlib';

/** Binary PPM (P6, 8 bits a sample) as QEMU's screendump writes it. Throws on anything else. */
export function parsePpm(bytes: Buffer): { width: number; height: number; rgb: Buffer } {
  const header = /^P6\s(?:#[^\n]*\n)?\s*(\d+)\s+(\d+)\s+(\d+)\s/.exec(bytes.toString('latin1', 0, 100));
  if (header === null || header[3] !== '255')
    throw new Error('the screenshot is not a binary PPM with 8 bits a sample');
  const [whole, width, height] = [header[0], Number(header[1]), Number(header[2])];
  const rgb = bytes.subarray(whole.length);
  if (rgb.length < width * height * 3) throw new Error(`the screenshot of ${width}×${height} has ${rgb.length} bytes`);
  return { width, height, rgb };
}

function chunk(type: string, data: Buffer): Buffer {
  const out = Buffer.alloc(12 + data.length);
  out.writeUInt32BE(data.length, 0);
  out.write(type, 4, 'latin1');
  data.copy(out, 8);
  out.writeUInt32BE(crc32(out.subarray(4, 8 + data.length)), 8 + data.length);
  return out;
}

/** PNG (RFC 2083), 8-bit RGB; each line is stored as its difference to the one above, which screens compress well under. */
export function encodePng({ width, height, rgb }: { width: number; height: number; rgb: Buffer }): Buffer {
  const stride = width * 3;
  const lines = Buffer.alloc((stride + 1) * height);
  for (let y = 0; y < height; y++) {
    const at = y * (stride + 1);
    lines[at] = y === 0 ? 0 : 2;
    for (let x = 0; x < stride; x++)
      lines[at + 1 + x] = (rgb[y * stride + x]! - (y === 0 ? 0 : rgb[(y - 1) * stride + x]!)) & 255;
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(lines, { level: 3 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

export const toPng = ({ type, bytes }: { type: string; bytes: Buffer }): Buffer =>
  type === 'image/png' ? bytes : encodePng(parsePpm(bytes));
