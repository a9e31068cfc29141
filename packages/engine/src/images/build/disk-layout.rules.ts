// The disk of a built image: a GPT that starts under BIOS and UEFI alike. The root partition is the last, so that it can
// grow with the disk; its type is the one by which systemd-repart finds it.
//   1  BIOS boot   1 MiB    GRUB's core.img
//   2  ESP        16 MiB    EFI/BOOT/BOOTX64.EFI
//   3  root       the rest  ext4

const MIB = 1024 * 1024;
const SECTORS_PER_MIB = 2048;

const biosBoot = { startMiB: 1, sizeMiB: 1, type: '21686148-6449-6E6F-744E-656564454649' };
const esp = { startMiB: 2, sizeMiB: 16, type: 'C12A7328-F81F-11D2-BA4B-00A0C93EC93B' };
const root = { startMiB: 18, type: '4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709' };
/** The second copy of the GPT needs 33 sectors at the end. */
const END_MIB = 1;

export type DiskLayout = {
  biosBootSector: number;
  biosBootSectors: number;
  espOffsetBytes: number;
  espSizeMiB: number;
  rootOffsetBytes: number;
  diskSizeBytes: number;
  /** For sfdisk(8)'s stdin. */
  partitionTable: string;
};

export function diskLayout(rootSizeMiB: number): DiskLayout {
  const parts = [biosBoot, esp, { ...root, sizeMiB: rootSizeMiB }];
  return {
    biosBootSector: biosBoot.startMiB * SECTORS_PER_MIB,
    biosBootSectors: biosBoot.sizeMiB * SECTORS_PER_MIB,
    espOffsetBytes: esp.startMiB * MIB,
    espSizeMiB: esp.sizeMiB,
    rootOffsetBytes: root.startMiB * MIB,
    diskSizeBytes: (root.startMiB + rootSizeMiB + END_MIB) * MIB,
    partitionTable: [
      'label: gpt',
      ...parts.map(
        ({ startMiB, sizeMiB, type }) =>
          `start=${startMiB * SECTORS_PER_MIB}, size=${sizeMiB * SECTORS_PER_MIB}, type=${type}`,
      ),
      '',
    ].join('\n'),
  };
}
