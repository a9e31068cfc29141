import type { Rect } from '../../draw/rect.ts';
import { ByteWriter } from '../../wire/byte-writer.ts';
import type { Screenshot } from '../index.ts';
import type { Qtest } from './qtest.ts';

/** The card for QEMU's command line. The driver never uses memory twice: half a GiB takes 1,600 frames of 320 x 240. */
export const QXL_CARD = 'qxl-vga,addr=02.0,ram_size_mb=512';
/** A BIOS that halts the processor at once: nothing but the driver touches the card. */
export const HALTING_BIOS = new Uint8Array(64 * 1024).fill(0xf4);

/** PCI configuration ports; ENABLE names the card's slot. */
const PCI = { ADDRESS: 0xcf8, DATA: 0xcfc, ENABLE: 0x80001000, COMMAND: 0x04, BASE: 0x10 } as const;
/** Where the driver puts what the card has, in the order of its base registers. */
const BASE = { RAM: 0x80000000, VRAM: 0xb0000000, ROM: 0xb8000000, IO: 0xc000 } as const;
const IO = { NOTIFY_CMD: 0, RESET: 5, MEMSLOT_ADD: 8, CREATE_PRIMARY: 12 } as const;
/** Offsets in the card's ROM, which describes it. */
const ROM = { NUM_PAGES: 28, SURFACE0_SIZE: 40, RAM_HEADER: 44, SLOTS_START: 64, GENERATION: 68 } as const;
/** Offsets in the header at the end of the card's RAM. */
const HEADER = { PRODUCED: 4112, CONSUMED: 4120, COMMANDS: 4128, MEM_SLOT: 5276, CREATE_SURFACE: 5292 } as const;
const COMMANDS = 32;

/** SPICE_SURFACE_FMT_32_xRGB, QXL_CMD_DRAW, QXL_EFFECT_OPAQUE and so on: numbers of spice/qxl_dev.h and spice/enums.h. */
const SURFACE_32 = 32;
const CMD_DRAW = 1;
const EFFECT_OPAQUE = 1;
const DRAW_COPY = 3;
const NOT_TO_CACHE = 3n;
const BITMAP_32 = 8;
const DIRECT_TOP_DOWN = 1 | 4;
const ROP_PUT = 8;
const CLIP_RECTS = 1;

/**
 * A guest's driver for QEMU's QXL card (spice/qxl_dev.h), as much of it as shows pictures. Unlike a VGA, whose changes
 * QEMU finds in columns of 32 pixels, it says itself what it draws where, as the drivers of real desktops do.
 */
export class QxlDriver {
  readonly #qtest: Qtest;
  readonly #header: number;
  readonly #slot: bigint;
  #free: number;
  #commands = 0;

  private constructor(qtest: Qtest, header: number, free: number, slot: bigint) {
    this.#qtest = qtest;
    this.#header = header;
    this.#free = free;
    this.#slot = slot;
  }

  /** Sets the card up with a screen of this size. */
  static async start(qtest: Qtest, width: number, height: number): Promise<QxlDriver> {
    const configure = async (register: number, value: number): Promise<void> => {
      await qtest.out32(PCI.ADDRESS, PCI.ENABLE | register);
      await qtest.out32(PCI.DATA, value);
    };
    for (const [i, address] of Object.values(BASE).entries()) await configure(PCI.BASE + 4 * i, address);
    await configure(PCI.COMMAND, 3);
    await qtest.out8(BASE.IO + IO.RESET, 0);

    const header = BASE.RAM + (await qtest.read32(BASE.ROM + ROM.RAM_HEADER));
    const end = BASE.RAM + (await qtest.read32(BASE.ROM + ROM.NUM_PAGES)) * 4096;
    const slotNumber = await qtest.read8(BASE.ROM + ROM.SLOTS_START);
    const memory = new ByteWriter().u64(BigInt(BASE.RAM)).u64(BigInt(end));
    await qtest.write(header + HEADER.MEM_SLOT, memory.finish());
    await qtest.out8(BASE.IO + IO.MEMSLOT_ADD, slotNumber);
    // An address: slot, its generation (8 bits each), offset in the slot.
    const generation = await qtest.read8(BASE.ROM + ROM.GENERATION);
    const slot = (BigInt(slotNumber) << 56n) | (BigInt(generation) << 48n);

    const screen = new ByteWriter()
      .u32(width)
      .u32(height)
      .u32(width * 4)
      .u32(SURFACE_32);
    screen.u32(0).u32(0).u32(0).u32(0).u64(slot);
    await qtest.write(header + HEADER.CREATE_SURFACE, screen.finish());
    await qtest.out8(BASE.IO + IO.CREATE_PRIMARY, 0);
    return new QxlDriver(qtest, header, BASE.RAM + (await qtest.read32(BASE.ROM + ROM.SURFACE0_SIZE)), slot);
  }

  /** Shows a picture with its upper left corner at (left, top), within `clip` where there is one. */
  async draw(picture: Screenshot, left: number, top: number, clip?: readonly Rect[]): Promise<void> {
    const { width, height } = picture;
    const data = await this.#store(bgrx(picture));
    const image = new ByteWriter().u64((BigInt(this.#commands) << 32n) | NOT_TO_CACHE);
    image.u8(0).u8(0).u32(width).u32(height);
    image
      .u8(BITMAP_32)
      .u8(DIRECT_TOP_DOWN)
      .u32(width)
      .u32(height)
      .u32(width * 4)
      .u64(0n)
      .u64(data);
    const source = await this.#store(image.finish());

    const drawable = new ByteWriter().u64(BigInt(this.#commands)).u32(0).u8(EFFECT_OPAQUE).u8(DRAW_COPY);
    rect(drawable.u8(0), { left: 0, top: 0, right: 0, bottom: 0 });
    rect(drawable, { left, top, right: left + width, bottom: top + height });
    if (clip) drawable.u32(CLIP_RECTS).u64(await this.#storeClip(clip));
    else drawable.u32(0).u64(0n);
    // mm_time, no surfaces that this depends on, then what is copied: all of the image, without a mask.
    drawable.u32(0).u32(-1).u32(-1).u32(-1).put(new Uint8Array(48)).u64(source);
    rect(drawable, { left: 0, top: 0, right: width, bottom: height }).u16(ROP_PUT).u8(0).put(new Uint8Array(17));
    await this.#command(await this.#store(drawable.finish()));
  }

  async #storeClip(clip: readonly Rect[]): Promise<bigint> {
    const rects = new ByteWriter()
      .u32(clip.length)
      .u32(clip.length * 16)
      .u64(0n)
      .u64(0n);
    for (const each of clip) rect(rects, each);
    return this.#store(rects.finish());
  }

  /** Puts bytes into the card's RAM. Returns their address as the card knows it. */
  async #store(bytes: Uint8Array): Promise<bigint> {
    const at = this.#free;
    this.#free += (bytes.length + 15) & ~15;
    if (this.#free > this.#header) throw new Error('the card has no memory left');
    await this.#qtest.write(at, bytes);
    return this.#slot | BigInt(at - BASE.RAM);
  }

  async #command(drawable: bigint): Promise<void> {
    const place = this.#header + HEADER.COMMANDS + (this.#commands % COMMANDS) * 16;
    while (this.#commands - (await this.#qtest.read32(this.#header + HEADER.CONSUMED)) >= COMMANDS);
    await this.#qtest.write(place, new ByteWriter().u64(drawable).u32(CMD_DRAW).u32(0).finish());
    this.#commands++;
    await this.#qtest.write(this.#header + HEADER.PRODUCED, new ByteWriter().u32(this.#commands).finish());
    await this.#qtest.out8(BASE.IO + IO.NOTIFY_CMD, 0);
  }
}

function rect(writer: ByteWriter, { left, top, right, bottom }: Rect): ByteWriter {
  return writer.u32(top).u32(left).u32(bottom).u32(right);
}

function bgrx({ rgba }: Screenshot): Uint8Array {
  const bytes = Uint8Array.from(rgba);
  for (let i = 0; i < bytes.length; i += 4) {
    bytes[i] = rgba[i + 2]!;
    bytes[i + 2] = rgba[i]!;
  }
  return bytes;
}
