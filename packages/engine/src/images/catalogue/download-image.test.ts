import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { downloadImage } from './download-image.ts';

const image = Buffer.alloc(300_000, 'domus');
const sha256 = createHash('sha256').update(image).digest('hex');

let folder: string;
let server: Server;
let base: string;
let list: string;
let serveImage: (request: IncomingMessage, response: ServerResponse) => void;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'download-'));
  list = `${'0'.repeat(64)}  other.qcow2\n${sha256} *image.qcow2\n`;
  serveImage = (_, response) => response.end(image);
  server = createServer((request, response) => {
    if (request.url === '/SHA256SUMS') response.end(list);
    else if (request.url === '/image.qcow2') serveImage(request, response);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

function download(changes: { url?: string; checksums?: string; signal?: AbortSignal; maxBytes?: number } = {}) {
  const checksum = { url: changes.checksums ?? `${base}/SHA256SUMS`, algorithm: 'sha256' as const };
  return downloadImage({
    entry: { name: 'Test', url: changes.url ?? `${base}/image.qcow2`, checksum },
    target: join(folder, 'image.qcow2'),
    signal: changes.signal ?? AbortSignal.timeout(20_000),
    onProgress: () => undefined,
    ...(changes.maxBytes === undefined ? {} : { maxBytes: changes.maxBytes }),
  });
}

describe('downloadImage', () => {
  it('fetches and verifies an image', async () => {
    expect(await download()).toEqual({
      ok: true,
      path: join(folder, 'image.qcow2'),
      sizeBytes: image.length,
      checksum: sha256,
    });
    expect(await readFile(join(folder, 'image.qcow2'))).toEqual(image);
    expect(await readdir(folder)).toEqual(['image.qcow2']);
  });

  it('keeps nothing of an image with another checksum', async () => {
    serveImage = (_, response) => response.end(Buffer.alloc(10, 'evil'));
    expect(await download()).toMatchObject({ ok: false, code: 'checksum_mismatch' });
    expect(await readdir(folder)).toEqual([]);
  });

  it('goes on where a broken download stopped', async () => {
    serveImage = (_, response) => {
      response.writeHead(200, { 'content-length': image.length });
      response.write(image.subarray(0, 100_000), () => response.destroy());
    };
    expect(await download()).toMatchObject({ ok: false, code: 'truncated' });
    let asked: string | undefined;
    serveImage = (request, response) => {
      asked = request.headers.range;
      const start = Number(/bytes=(\d+)-/.exec(asked ?? '')?.[1]);
      response.writeHead(206, { 'content-length': image.length - start }).end(image.subarray(start));
    };
    expect(await download()).toMatchObject({ ok: true, checksum: sha256 });
    expect(asked).toMatch(/^bytes=[1-9]\d*-$/);
  });

  it('starts anew where the server knows no ranges', async () => {
    await writeFile(join(folder, 'image.qcow2.part'), 'old bytes');
    expect(await download()).toMatchObject({ ok: true, checksum: sha256 });
  });

  it('verifies what is complete already', async () => {
    await writeFile(join(folder, 'image.qcow2.part'), image);
    serveImage = (_, response) => response.writeHead(416).end();
    expect(await download()).toMatchObject({ ok: true, checksum: sha256 });
  });

  it('says that an address does not exist', async () => {
    expect(await download({ url: `${base}/gone.qcow2`, checksums: `${base}/gone` })).toMatchObject({
      ok: false,
      code: 'not_found',
    });
  });

  it('does not take an image whose publisher states no checksum', async () => {
    list = `${sha256}  other.qcow2\n`;
    expect(await download()).toMatchObject({ ok: false, code: 'checksum_missing' });
  });

  it('stops at the limit', async () => {
    expect(await download({ maxBytes: 1000 })).toMatchObject({ ok: false, code: 'too_large' });
  });

  it('says clearly that there is no network', async () => {
    const closed = 'http://127.0.0.1:1/SHA256SUMS';
    const result = await download({ checksums: closed });
    expect(result).toMatchObject({ ok: false, code: 'no_network' });
    expect(!result.ok && result.message).toContain('127.0.0.1:1 cannot be reached');
  });

  it('throws when it is cancelled', async () => {
    const cancel = new AbortController();
    serveImage = (_, response) => {
      response.write(image.subarray(0, 1000));
      cancel.abort();
    };
    await expect(download({ signal: cancel.signal })).rejects.toMatchObject({ name: 'AbortError' });
  });
});
