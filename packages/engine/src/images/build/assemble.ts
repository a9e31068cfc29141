import { type FileHandle, open, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { masterBootCode, placedCore, SECTOR_BYTES } from './boot-sector.rules.ts';
import { type DiskLayout, diskLayout } from './disk-layout.rules.ts';
import { type BuildWork, diskOf, loaderOf, runStepProgram, treeOf } from './work.ts';

/** By these labels grub.cfg and fstab of the tree find the file systems. */
const ROOT_LABEL = 'domus-root';
const ESP_LABEL = 'DOMUS-ESP';

/** Second step: the tree becomes a bootable raw disk, `workFolder/disk.raw`. Nothing is mounted, no loop device used. */
export async function assemble(work: BuildWork): Promise<void> {
  const layout = diskLayout(work.recipe.rootSizeMiB);
  const disk = `${diskOf(work)}.part`;
  await rm(disk, { force: true });
  await writeFile(disk, '');
  await truncate(disk, layout.diskSizeBytes);
  await makeRoot(work, layout, disk);
  work.onFraction(0.8);
  await runStepProgram(work, 'assemble', 'sfdisk', ['--quiet', '--wipe=never', '--wipe-partitions=never', disk], {
    stdin: layout.partitionTable,
  });
  await makeEsp(work, layout, disk);
  await placeBiosLoader(work, layout, disk);
  await rename(disk, diskOf(work));
  work.onFraction(1);
}

/** mke2fs copies the tree into the file system that it makes, at the partition's offset in the disk file. */
async function makeRoot(work: BuildWork, layout: DiskLayout, disk: string): Promise<void> {
  const options = `offset=${layout.rootOffsetBytes}`;
  const size = `${work.recipe.rootSizeMiB}M`;
  const args = ['-q', '-F', '-t', 'ext4', '-L', ROOT_LABEL, '-E', options, '-d', treeOf(work), disk, size];
  await runStepProgram(work, 'assemble', 'mke2fs', args);
}

async function makeEsp(work: BuildWork, layout: DiskLayout, disk: string): Promise<void> {
  const esp = join(work.workFolder, 'esp.fat');
  await rm(esp, { force: true });
  await writeFile(esp, '');
  await truncate(esp, layout.espSizeMiB * 1024 * 1024);
  await runStepProgram(work, 'assemble', 'mformat', ['-i', esp, '-v', ESP_LABEL, '::']);
  await runStepProgram(work, 'assemble', 'mmd', ['-i', esp, '::EFI', '::EFI/BOOT']);
  const efi = join(loaderOf(work), 'BOOTX64.EFI');
  await runStepProgram(work, 'assemble', 'mcopy', ['-i', esp, efi, '::EFI/BOOT/BOOTX64.EFI']);
  await withFile(disk, async (file) => {
    await file.write(await readFile(esp), { position: layout.espOffsetBytes });
  });
  await rm(esp);
}

async function placeBiosLoader(work: BuildWork, layout: DiskLayout, disk: string): Promise<void> {
  const code = masterBootCode(await readFile(join(loaderOf(work), 'boot.img')), layout.biosBootSector);
  const core = placedCore(
    await readFile(join(loaderOf(work), 'core.img')),
    layout.biosBootSector,
    layout.biosBootSectors,
  );
  await withFile(disk, async (file) => {
    await file.write(code, { position: 0 });
    await file.write(core, { position: layout.biosBootSector * SECTOR_BYTES });
    await file.sync();
  });
}

async function withFile(path: string, use: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await use(file);
  } finally {
    await file.close();
  }
}
