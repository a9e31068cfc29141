import { crc32, deflateSync } from 'node:zlib';
import { SpiceError } from '../wire/error.ts';
import type { Screenshot } from './headless.ts';

/** Portable pixmap (binary, P6): what QEMU's screendump writes. */
export function encodePpm({ width, height, rgba }: Screenshot): Uint8Array {
  const header = Buffer.from(`P6\n${width} ${height}\n255\n`);
  const file = new Uint8Array(header.length + width * height * 3);
  file.set(header);
  for (let from = 0, to = header.length; from < rgba.length; from += 4, to += 3) {
    file[to] = rgba[from]!;
    file[to + 1] = rgba[from + 1]!;
    file[to + 2] = rgba[from + 2]!;
  }
  return file;
}

/** @throws SpiceError malformed | truncated */
export function decodePpm(file: Uint8Array): Screenshot {
  const header = /^P6\s(?:#.*\n)*(\d+)\s(\d+)\s255\s/.exec(Buffer.from(file.subarray(0, 256)).toString('latin1'));
  if (!header) throw new SpiceError('malformed', 'not a binary PPM');
  const [width, height, at] = [Number(header[1]), Number(header[2]), header[0].length];
  if (file.length < at + width * height * 3) throw new SpiceError('truncated', 'a PPM cut short');
  const rgba = new Uint8Array(width * height * 4);
  for (let from = at, to = 0; to < rgba.length; from += 3, to += 4) {
    rgba[to] = file[from]!;
    rgba[to + 1] = file[from + 1]!;
    rgba[to + 2] = file[from + 2]!;
    rgba[to + 3] = 255;
  }
  return { width, height, rgba };
}

/** PNG (RFC 2083): 8 bits, RGBA, no row filters. */
export function encodePng({ width, height, rgba }: Screenshot): Uint8Array {
  const rows = new Uint8Array((width * 4 + 1) * height);
  for (let y = 0; y < height; y++) {
    rows.set(rgba.subarray(y * width * 4, (y + 1) * width * 4), y * (width * 4 + 1) + 1);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 6, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const frame = Buffer.alloc(8 + body.length);
  frame.writeUInt32BE(data.length, 0);
  body.copy(frame, 4);
  frame.writeUInt32BE(crc32(body), 4 + body.length);
  return frame;
}
