/**
 * Uploads a disk image into a storage pool and shows how far it is: `node upload.ts FILE POOL [URI]`. Zeros are sent as
 * holes: they cost neither time on the network nor room on the host.
 */
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { connect } from '@domus/libvirt';

const BLOCK_BYTES = 256 * 1024;
const [file = '', poolName = 'default', uri] = process.argv.slice(2);

const image = await open(file);
const { size } = await image.stat();
const connection = await connect({ uri });
const pool = await connection.storagePools.lookupByName(poolName);
const volume = await pool.createVolumeXML(
  `<volume>
    <name>${basename(file)}</name>
    <capacity unit='bytes'>${size}</capacity>
    <allocation>0</allocation>
    <target><format type='raw'/></target>
  </volume>`,
);

const upload = await volume.uploadSparse();
const block = Buffer.alloc(BLOCK_BYTES);
const zeros = Buffer.alloc(BLOCK_BYTES);
let [sent, skipped, percent] = [0, 0, -1];
for (;;) {
  const { bytesRead } = await image.read(block);
  if (bytesRead === 0) break;
  const part = block.subarray(0, bytesRead);
  if (part.equals(zeros.subarray(0, bytesRead))) {
    await upload.writeHole(bytesRead);
    skipped += bytesRead;
  } else {
    await upload.write(part);
    sent += bytesRead;
  }
  const now = Math.floor((100 * (sent + skipped)) / size);
  if (now !== percent) process.stdout.write(`\r${now} %`);
  percent = now;
}
// The daemon has everything, or says why not.
await upload.finish();
await image.close();
console.log(`\n${await volume.getPath()}: ${sent} bytes sent, ${skipped} bytes of zeros left out`);
await connection.close();
