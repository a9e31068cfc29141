import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, open, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inspectImage } from './inspect-image.ts';

let folder: string;
const at = (name: string) => join(folder, name);
const qemuImg = (...args: string[]) => execFileSync('qemu-img', args, { stdio: 'ignore', cwd: folder });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inspect-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function patch(path: string, offset: number, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'r+');
  await file.write(bytes, 0, bytes.length, offset);
  await file.close();
}

describe('inspectImage', () => {
  it.each(['qcow2', 'vmdk', 'vdi', 'vpc', 'vhdx', 'raw'])('takes an ordinary %s image', async (format) => {
    qemuImg('create', '-f', format, at('disk'), '16M');
    const result = await inspectImage(at('disk'));
    expect(result).toMatchObject({ ok: true, format });
    expect(result.ok && result.virtualSizeBytes).toBeGreaterThanOrEqual(16 * 1024 ** 2);
  });

  it('takes an ISO for what it is', async () => {
    await writeFile(at('hello'), 'hello');
    execFileSync('xorriso', ['-as', 'mkisofs', '-quiet', '-o', at('cd'), at('hello')], { stdio: 'ignore' });
    expect(await inspectImage(at('cd'))).toMatchObject({ ok: true, format: 'iso' });
  });

  it.each([
    '/etc/passwd',
    'json:{"driver":"raw","file":{"driver":"file","filename":"/etc/shadow"}}',
    'nbd://127.0.0.1:10809/secret',
  ])('refuses the backing file %s without opening it', async (backing) => {
    qemuImg('create', '-f', 'qcow2', '-u', '-b', backing, '-F', 'raw', at('disk'), '16M');
    expect(await inspectImage(at('disk'))).toMatchObject({ ok: false, code: 'backing_file', field: 'backing-file' });
  });

  it('refuses data in another file, even if that file is there', async () => {
    qemuImg('create', '-f', 'qcow2', '-o', `data_file=${at('data')},data_file_raw=on`, at('disk'), '16M');
    expect(await inspectImage(at('disk'))).toMatchObject({ ok: false, code: 'external_data', field: 'data-file' });
  });

  it('refuses a raw disk that a guest made look like a qcow2', async () => {
    qemuImg('create', '-f', 'raw', at('disk'), '16M');
    qemuImg('create', '-f', 'qcow2', '-u', '-b', '/etc/passwd', '-F', 'raw', at('mask'), '16M');
    await patch(at('disk'), 0, await readFile(at('mask')));
    expect(await inspectImage(at('disk'))).toMatchObject({ ok: false, code: 'backing_file' });
    expect(await inspectImage(at('disk'), { expectedFormat: 'raw' })).toMatchObject({
      ok: false,
      code: 'format_mismatch',
    });
  });

  it.each([4, 50, 103])('refuses a qcow2 cut off after %i bytes', async (length) => {
    qemuImg('create', '-f', 'qcow2', at('disk'), '16M');
    await truncate(at('disk'), length);
    expect(await inspectImage(at('disk'))).toMatchObject({ ok: false, code: 'truncated' });
  });

  it('refuses a qcow2 cut off after its header', async () => {
    qemuImg('create', '-f', 'qcow2', at('disk'), '16M');
    await truncate(at('disk'), 600);
    expect(await inspectImage(at('disk'))).toMatchObject({ ok: false, code: 'truncated' });
  });

  it.each(['qcow2', 'vmdk', 'vhdx'])('refuses a %s whose data was cut off', async (format) => {
    await writeFile(at('data'), randomBytes(8 << 20));
    qemuImg('convert', '-f', 'raw', '-O', format, at('data'), at('disk'));
    expect(await inspectImage(at('disk'))).toMatchObject({ ok: true });
    await truncate(at('disk'), (await stat(at('disk'))).size - (2 << 20));
    expect(await inspectImage(at('disk'))).toMatchObject({ ok: false, field: 'file' });
  });

  it('refuses an absurd virtual size', async () => {
    qemuImg('create', '-f', 'qcow2', '-o', 'cluster_size=2M', at('disk'), '1E');
    expect(await inspectImage(at('disk'))).toMatchObject({ ok: false, code: 'virtual_size' });
    qemuImg('create', '-f', 'raw', at('raw'), '16M');
    expect(await inspectImage(at('raw'), { maxVirtualSizeBytes: 8_000_000 })).toMatchObject({
      ok: false,
      code: 'virtual_size',
    });
  });

  it('refuses VMDKs that refer to other files', async () => {
    qemuImg('create', '-f', 'vmdk', '-o', 'subformat=monolithicFlat', at('flat.vmdk'), '16M');
    expect(await inspectImage(at('flat.vmdk'))).toMatchObject({ ok: false, code: 'external_data', field: 'extents' });
    qemuImg('create', '-f', 'vmdk', at('disk.vmdk'), '16M');
    const bytes = (await readFile(at('disk.vmdk'))).toString('latin1');
    const extent = /RW \d+ SPARSE "disk\.vmdk"/.exec(bytes);
    await patch(
      at('disk.vmdk'),
      extent?.index ?? 0,
      Buffer.from('RW 1 FLAT "/etc/passwd" 0'.padEnd(extent?.[0].length ?? 0)),
    );
    expect(await inspectImage(at('disk.vmdk'))).toMatchObject({ ok: false, code: 'external_data', field: 'extents' });
  });

  it('refuses formats that it does not know', async () => {
    qemuImg('create', '-f', 'qed', at('disk'), '16M');
    expect(await inspectImage(at('disk'))).toMatchObject({ ok: false, code: 'unsupported' });
    await writeFile(at('empty'), '');
    expect(await inspectImage(at('empty'))).toMatchObject({ ok: false, code: 'truncated' });
    expect(await inspectImage('/dev/zero')).toMatchObject({ ok: false, code: 'not_a_file' });
  });
});
