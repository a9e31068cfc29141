/** A guest's screen as a PNG file: `node screenshot.ts NAME FILE.png [URI]`. Old QEMUs give PPM: it is converted. */
import { writeFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { crc32, deflateSync } from 'node:zlib';
import { connect } from '@domus/libvirt';

const [name = '', file = 'screen.png', uri] = process.argv.slice(2);
const connection = await connect({ uri });
const domain = await connection.domains.lookupByName(name);
const { mime, image } = await domain.screenshot();
const bytes = await buffer(image);
await connection.close();

const png = mime === 'image/png' ? bytes : pngFromPpm(bytes);
await writeFile(file, png);
// Width and height stand at the same place in every PNG.
console.log(`${file}: ${png.readUInt32BE(16)}x${png.readUInt32BE(20)}, ${png.length} bytes`);

/** PPM: `P6 WIDTH HEIGHT 255`, one white space, then red, green, blue of each pixel. */
function pngFromPpm(ppm: Buffer): Buffer {
  const header = /^P6\s+(?:#.*\s+)*(\d+)\s+(\d+)\s+255\s/.exec(ppm.toString('latin1', 0, 256));
  if (!header) throw new Error(`neither PNG nor PPM: ${mime}`);
  const [width, height] = [Number(header[1]), Number(header[2])];
  const rowBytes = width * 3;
  // Before each row stands its filter: 0, none.
  const rows = Buffer.alloc((1 + rowBytes) * height);
  for (let y = 0; y < height; y++) {
    ppm.copy(rows, y * (1 + rowBytes) + 1, header[0].length + y * rowBytes, header[0].length + (y + 1) * rowBytes);
  }
  const size = Buffer.alloc(8);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  // 8 bits each of red, green, blue; deflate, adaptive filters, not interlaced.
  const ihdr = Buffer.concat([size, Buffer.from([8, 2, 0, 0, 0])]);
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([signature, chunk('IHDR', ihdr), chunk('IDAT', deflateSync(rows)), chunk('IEND')]);
}

/** Length of the data, type, data, and the checksum of type and data. */
function chunk(type: string, data: Buffer = Buffer.alloc(0)): Buffer {
  const typeAndData = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const numbers = Buffer.alloc(8);
  numbers.writeUInt32BE(data.length, 0);
  numbers.writeUInt32BE(crc32(typeAndData), 4);
  return Buffer.concat([numbers.subarray(0, 4), typeAndData, numbers.subarray(4)]);
}
