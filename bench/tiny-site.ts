import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Site } from '../system/fixture/site.ts';

export const TINY = 'tiny';

/**
 * A site that can make VMs, with an empty qcow2 image: what takes time then is the platform and not the guest, which
 * stays in its BIOS.
 */
export async function startTinySite(): Promise<Site> {
  const site = await Site.start();
  const folder = mkdtempSync(join(tmpdir(), 'domus-bench-'));
  try {
    // its default network and pool are found shortly after it says that it is ready
    const { api } = site;
    await site.until(async () => (await api.call('network.list')).items.find((each) => each.default) ?? null);
    await site.until(async () => (await api.call('storage-pool.list')).items[0] ?? null);
    const file = join(folder, 'tiny.qcow2');
    execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', file, '1M']);
    const { code, stderr } = await site.domus('image', 'upload', file, '--name', TINY);
    if (code !== 0) throw new Error(`the image could not be uploaded: ${stderr}`);
    return site;
  } catch (error) {
    await site.remove();
    throw error;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
