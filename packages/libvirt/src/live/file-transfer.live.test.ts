import { createHash, randomFillSync } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Connection, connect, type StoragePool } from '../index.ts';
import { PrivateLibvirtd } from '../testing/private-libvirtd.ts';
import { obstacle } from './fixture.ts';

const MEBIBYTE = 1024 * 1024;
/** Data that neither begins nor ends with a packet, between holes and zeros that are written. */
const DATA = [
  { at: 3 * MEBIBYTE + 4096, bytes: randomFillSync(Buffer.alloc(5 * MEBIBYTE + 17)) },
  { at: 12 * MEBIBYTE, bytes: Buffer.alloc(2 * MEBIBYTE) },
  { at: 20 * MEBIBYTE - 1, bytes: Buffer.from('alone between two holes') },
];
const SIZE = 64 * MEBIBYTE + 5;

describe.skipIf(obstacle() !== undefined)('files of this machine and volumes', () => {
  let daemon: PrivateLibvirtd;
  let connection: Connection;
  let pool: StoragePool;
  let count = 0;

  const file = (name: string) => join(daemon.folder, name);
  const newVolume = (size: number) =>
    pool.createVolumeXML(
      `<volume><name>v${++count}</name><capacity unit='bytes'>${size}</capacity><allocation>0</allocation><target><format type='raw'/></target></volume>`,
    );

  beforeAll(async () => {
    daemon = await PrivateLibvirtd.start();
    connection = await connect({ uri: daemon.uri() });
    await mkdir(file('pool'));
    pool = await connection.storagePools.createXML(
      `<pool type='dir'><name>pool</name><target><path>${file('pool')}</path></target></pool>`,
    );
    await using original = await open(file('original'), 'w');
    for (const { at, bytes } of DATA) await original.write(bytes, 0, bytes.length, at);
    await original.truncate(SIZE);
  });

  afterAll(async () => {
    await connection?.close();
    await daemon?.stop();
  });

  test.each([
    ['with qemu-img, which finds the holes', undefined],
    ['without it, by reading their zeros', '/nonexistent'],
  ])('a sparse file goes up and comes down, the same and as sparse: %s', async (_, path) => {
    const before = process.env['PATH'];
    if (path !== undefined) process.env['PATH'] = path;
    const volume = await newVolume(SIZE);
    const progress: number[] = [];
    try {
      await volume.uploadFile(file('original'), { sparse: true, onProgress: (bytes) => progress.push(bytes) });
    } finally {
      process.env['PATH'] = before;
    }
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(progress.at(-1)).toBe(SIZE);
    const stored = await volume.getPath();
    expect(await checksum(stored)).toBe(await checksum(file('original')));
    expect((await stat(stored)).blocks * 512).toBeLessThan(8 * MEBIBYTE);

    expect(await volume.downloadFile(file('down'), { sparse: true })).toBe(SIZE);
    expect(await checksum(file('down'))).toBe(await checksum(file('original')));
    expect((await stat(file('down'))).blocks * 512).toBeLessThan(8 * MEBIBYTE);
  });

  test('a whole file, over a larger one that is there', async () => {
    const volume = await newVolume(SIZE);
    await volume.uploadFile(file('original'));
    await writeFile(file('whole'), 'what was there before');
    await truncate(file('whole'), 2 * SIZE);
    expect(await volume.downloadFile(file('whole'))).toBe(SIZE);
    expect(await checksum(file('whole'))).toBe(await checksum(file('original')));
  });

  test('a volume that is there is not asked for a file that is not', async () => {
    const volume = await newVolume(MEBIBYTE);
    await expect(volume.uploadFile(file('nowhere'), { sparse: true })).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(volume.downloadFile('/proc/nowhere')).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(volume.uploadFile(file('original'), { length: 1000 })).rejects.toMatchObject({ domain: 'STREAMS' });
    expect((await volume.getInfo()).capacityBytes).toBe(MEBIBYTE);
  });

  test('no space for what comes down: its reason, and the connection goes on', async () => {
    const volume = await newVolume(SIZE);
    await volume.uploadFile(file('original'), { sparse: true });
    await expect(volume.downloadFile('/dev/full')).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(await connection.host.getHostname()).not.toBe('');
  });
});

async function checksum(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
