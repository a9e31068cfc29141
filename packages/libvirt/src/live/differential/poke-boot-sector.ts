/**
 * A boot sector that does what its first serial port says, byte by byte, and answers '.' each time:
 *
 *     'b' port value       writes a byte to an I/O port; the port is two bytes, the lower first
 *     'w' port value       writes two bytes
 *     anything else        writes a sector to the disk it came from, 15.5 KiB from its beginning
 *
 * So a test can have a guest sleep, set its clock or fail to write without an operating system.
 */
export function pokeBootSector(): Buffer {
  const code = [
    [0xe8, 0x47, 0x00], // again: call get
    [0x3c, 0x62, 0x74, 0x18], // cmp al, 'b'; je byte
    [0x3c, 0x77, 0x74, 0x1d], // cmp al, 'w'; je word
    [0xb8, 0x01, 0x03], // mov ax, 0301h: write one sector
    [0xb9, 0x20, 0x00], // mov cx, 32: of cylinder 0
    [0xba, 0x80, 0x00], // mov dx, 80h: the first disk
    [0x31, 0xdb, 0x8e, 0xc3, 0xbb, 0x00, 0x7c], // xor bx, bx; mov es, bx; mov bx, 7c00h
    [0xcd, 0x13, 0xeb, 0x19], // int 13h; jmp done
    [0xe8, 0x1d, 0x00], // byte: call port
    [0xe8, 0x25, 0x00, 0xee, 0xeb, 0x10], // call get; out dx, al; jmp done
    [0xe8, 0x14, 0x00], // word: call port
    [0xe8, 0x1c, 0x00, 0x88, 0xc3], // call get; mov bl, al
    [0xe8, 0x17, 0x00, 0x88, 0xc7], // call get; mov bh, al
    [0x89, 0xd8, 0xef], // mov ax, bx; out dx, ax
    [0xb0, 0x2e, 0xe8, 0x20, 0x00, 0xeb, 0xc1], // done: mov al, '.'; call put; jmp again
    [0xe8, 0x08, 0x00, 0x88, 0xc2], // port: call get; mov dl, al
    [0xe8, 0x03, 0x00, 0x88, 0xc6, 0xc3], // call get; mov dh, al; ret
    [0x52, 0xba, 0xfd, 0x03], // get: push dx; mov dx, 3fdh: line status
    [0xec, 0xa8, 0x01, 0x75, 0x04], // wait: in al, dx; test al, 1: a byte is there; jnz take
    [0xfb, 0xf4, 0xeb, 0xf7], // sti; hlt; jmp wait
    [0xba, 0xf8, 0x03, 0xec, 0x5a, 0xc3], // take: mov dx, 3f8h; in al, dx; pop dx; ret
    [0x52, 0xba, 0xf8, 0x03, 0xee, 0x5a, 0xc3], // put: push dx; mov dx, 3f8h; out dx, al; pop dx; ret
  ];
  const sector = Buffer.alloc(512);
  Buffer.from(code.flat()).copy(sector);
  sector.writeUInt16LE(0xaa55, 510);
  return sector;
}
