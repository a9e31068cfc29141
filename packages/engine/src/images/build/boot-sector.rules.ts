// What grub-bios-setup(8) does to GRUB's BIOS images, without a device or a mount. GRUB 2.06, i386-pc:
//
//   boot.img, 512 bytes, goes to the disk's first sector (440 bytes of code; the partition table's bytes stay)
//     0x05c  u64  sector of core.img
//     0x066  2 B  a jump that trusts the BIOS's drive number; two NOPs make it check, as for every hard disk
//   core.img goes to the BIOS boot partition; its first sector (diskboot.img) ends with a list of blocks to load
//     0x1f4  u64  sector where the rest of core.img begins
//     0x1fc  u16  number of sectors of the rest (grub-mkimage has written it)
//     0x1fe  u16  segment to load to (0x820; grub-mkimage has written it)
// Numbers are little-endian, a sector has 512 bytes. Source: include/grub/i386/pc/boot.h, util/setup.c of GRUB.

export const SECTOR_BYTES = 512;
const BOOT_CODE_BYTES = 440;
const NOP = 0x90;

/** The disk's first 440 bytes. Throws RangeError if `bootImage` is not GRUB's boot.img. */
export function masterBootCode(bootImage: Uint8Array, coreSector: number): Uint8Array {
  if (bootImage.length !== SECTOR_BYTES || bootImage[0x1fe] !== 0x55 || bootImage[0x1ff] !== 0xaa) {
    throw new RangeError('boot.img is not a boot sector of 512 bytes');
  }
  const code = bootImage.slice(0, BOOT_CODE_BYTES);
  const view = new DataView(code.buffer);
  view.setBigUint64(0x5c, BigInt(coreSector), true);
  code[0x66] = NOP;
  code[0x67] = NOP;
  return code;
}

/** core.img as it must lie at `coreSector`. Throws RangeError if it does not fit or is not what grub-mkimage makes. */
export function placedCore(coreImage: Uint8Array, coreSector: number, sectorsAvailable: number): Uint8Array {
  const sectors = Math.ceil(coreImage.length / SECTOR_BYTES);
  if (sectors > sectorsAvailable) {
    throw new RangeError(`core.img has ${sectors} sectors, the BIOS boot partition ${sectorsAvailable}`);
  }
  const core = new Uint8Array(sectors * SECTOR_BYTES);
  core.set(coreImage);
  const view = new DataView(core.buffer);
  if (view.getUint16(0x1fc, true) !== sectors - 1) {
    throw new RangeError('core.img has no block list where GRUB 2.06 keeps it');
  }
  view.setBigUint64(0x1f4, BigInt(coreSector + 1), true);
  return core;
}
