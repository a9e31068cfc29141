/**
 * A disk that makes a PC flicker: its boot sector (16-bit real mode) fills a screen of 640 x 480 once, then changes the two
 * entries of the palette that it shows at every tick of the clock, 18 times a second.
 */
export function flickeringDisk(): Uint8Array {
  const setUp = [
    ...[0xb8, 0x12, 0x00, 0xcd, 0x10], // mov ax, 0x12; int 0x10: 640 x 480, 16 colours
    ...[0xb8, 0x00, 0xa0, 0x8e, 0xc0], // mov ax, 0xa000; mov es, ax
    ...[0x31, 0xff, 0xb9, 0x00, 0x96, 0xb0, 0x5a, 0xf3, 0xaa], // xor di, di; mov cx, 38400; mov al, 0x5a; rep stosb
  ];
  const loop = [
    ...[0xba, 0xc8, 0x03, 0x30, 0xc0, 0xee, 0x42], // entry 0: mov dx, 0x3c8; xor al, al; out dx, al; inc dx
    ...[0x88, 0xd8, 0xee, 0xee, 0xee], // mov al, bl; three times out dx, al
    ...[0xba, 0xc8, 0x03, 0xb0, 0x3f, 0xee, 0x42], // entry 63 likewise
    ...[0x88, 0xd8, 0xf6, 0xd0, 0xee, 0xee, 0xee], // mov al, bl; not al; three times out dx, al
    ...[0x80, 0xc3, 0x03, 0xfb, 0xf4], // add bl, 3; sti; hlt
  ];
  const jump = [0xeb, 256 - (loop.length + 2)]; // jmp loop
  const disk = new Uint8Array(1 << 20);
  disk.set([...setUp, ...loop, ...jump]);
  disk.set([0x55, 0xaa], 510);
  return disk;
}
