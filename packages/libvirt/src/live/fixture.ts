import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { EventSubscription, LibvirtEvent } from '../index.ts';
import { type PrivateLibvirtd, privateLibvirtdObstacle } from '../testing/private-libvirtd.ts';

const run = promisify(execFile);

/** Why live tests are skipped here, for what they all need or for their `own` reason; under CI that is a failure. */
export function obstacle(own?: string): string | undefined {
  const reason = privateLibvirtdObstacle() ?? own;
  if (reason !== undefined && process.env['CI'] === 'true') throw new Error(`live tests cannot run: ${reason}`);
  if (reason !== undefined) console.warn(`live tests skipped: ${reason}`);
  return reason;
}

/** The independent witness. */
export async function virsh(daemon: PrivateLibvirtd, ...args: string[]): Promise<string> {
  const { stdout } = await run('virsh', ['-c', `qemu+unix:///system?socket=${daemon.socketPath}`, ...args]);
  return stdout.trim();
}

/** The next event that satisfies `wanted`; those before it are dropped. */
export async function nextEvent(
  subscription: EventSubscription,
  wanted: (event: LibvirtEvent) => boolean,
): Promise<LibvirtEvent> {
  for (;;) {
    const event = await subscription.next();
    if (event === undefined || event.kind === 'overflow') throw new Error('no such event');
    if (wanted(event)) return event;
  }
}

type Lifecycle = Extract<LibvirtEvent, { kind: 'domain-lifecycle' }>;

export function lifecycle(name: string, event: Lifecycle['event'], detail?: string) {
  return (each: LibvirtEvent): boolean =>
    each.kind === 'domain-lifecycle' &&
    each.domain.name === name &&
    each.event === event &&
    (detail === undefined || each.detail === detail);
}

/**
 * A boot sector that writes '!' to the first serial port and then echoes whatever comes. It sleeps between timer ticks,
 * so that an emulated CPU costs nothing.
 */
export function echoBootSector(): Buffer {
  const code = [
    [0xb0, 0x21], // mov al, '!'
    [0xba, 0xf8, 0x03], // mov dx, 3f8h: data
    [0xee], // out dx, al
    [0xba, 0xfd, 0x03], // again: mov dx, 3fdh: line status
    [0xec], // in al, dx
    [0xa8, 0x01], // test al, 1: a byte is there
    [0x75, 0x04], // jnz take
    [0xfb, 0xf4], // sti, hlt
    [0xeb, 0xf4], // jmp again
    [0xba, 0xf8, 0x03], // take: mov dx, 3f8h
    [0xec, 0xee], // in al, dx; out dx, al
    [0xeb, 0xed], // jmp again
  ];
  return bootSector(code.flat());
}

/**
 * A boot sector that counts timer ticks (18 a second), writes each number to the first serial port as four hexadecimal
 * digits and a line feed, and each time into 112 pages of memory: what copies them at less than 8 MiB/s never catches up.
 */
export function countingBootSector(): Buffer {
  const code = [
    [0x31, 0xdb], // xor bx, bx
    [0xfb, 0xf4], // tick: sti, hlt
    [0x43], // inc bx
    [0xb8, 0x00, 0x20], // mov ax, 2000h
    [0x8e, 0xd8], // page: mov ds, ax
    [0x89, 0x1e, 0x00, 0x00], // mov [0], bx
    [0x05, 0x00, 0x01], // add ax, 100h: 4 KiB further
    [0x3d, 0x00, 0x90], // cmp ax, 9000h
    [0x72, 0xf2], // jb page
    [0xba, 0xf8, 0x03], // mov dx, 3f8h: data
    [0xb9, 0x04, 0x00], // mov cx, 4
    [0xc1, 0xc3, 0x04], // digit: rol bx, 4
    [0x88, 0xd8], // mov al, bl
    [0x24, 0x0f], // and al, 15
    [0x3c, 0x0a, 0x1c, 0x69, 0x2f], // cmp al, 10; sbb al, 69h; das: '0' to '9', 'A' to 'F'
    [0xee], // out dx, al
    [0xe2, 0xf1], // loop digit
    [0xb0, 0x0a, 0xee], // mov al, 10; out dx, al
    [0xeb, 0xd2], // jmp tick
  ];
  return bootSector(code.flat());
}

/**
 * A boot sector that serves its disk over the first serial port, after a '!': 'A' writes 512 of that letter to block 1 (of
 * 64 KiB), 'B' to block 2, …, and answers the letter; 'a' answers what block 1 begins with, 'b' block 2, ….
 */
export function diskBootSector(): Buffer {
  const code = [
    [0x31, 0xc0, 0x8e, 0xd8], // xor ax, ax; mov ds, ax
    [0xb8, 0x00, 0x10, 0x8e, 0xc0], // mov ax, 1000h; mov es, ax
    [0xfc], // cld
    [0xb0, 0x21], // mov al, '!'
    [0xba, 0xf8, 0x03, 0xee], // answer: mov dx, 3f8h; out dx, al
    [0xba, 0xfd, 0x03, 0xec], // again: mov dx, 3fdh; in al, dx
    [0xa8, 0x01, 0x75, 0x04], // test al, 1; jnz take
    [0xfb, 0xf4], // sti, hlt
    [0xeb, 0xf4], // jmp again
    [0xba, 0xf8, 0x03, 0xec], // take: mov dx, 3f8h; in al, dx
    [0x88, 0xc3], // mov bl, al
    [0x31, 0xff, 0xb9, 0x00, 0x02, 0xf3, 0xaa], // xor di, di; mov cx, 512; rep stosb
    [0x83, 0xe0, 0x1f, 0xc1, 0xe0, 0x07], // and ax, 1fh; shl ax, 7: 128 sectors a block
    [0xa3, 0x52, 0x7c], // mov [7c52h], ax
    [0xb4, 0x43], // mov ah, 43h: extended write
    [0xf6, 0xc3, 0x20, 0x74, 0x02], // test bl, 20h; jz do
    [0xb4, 0x42], // mov ah, 42h: extended read
    [0x30, 0xc0, 0xb2, 0x80, 0xbe, 0x4a, 0x7c, 0xcd, 0x13], // do: xor al, al; mov dl, 80h; mov si, 7c4ah; int 13h
    [0x26, 0xa0, 0x00, 0x00], // mov al, es:[0]
    [0xeb, 0xc2], // jmp answer
    [0x10, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x10], // 7c4ah: 16 bytes, 1 sector, buffer at 1000:0
    [0, 0, 0, 0, 0, 0, 0, 0], // 7c52h: sector number
  ];
  return bootSector(code.flat());
}

function bootSector(code: number[]): Buffer {
  const sector = Buffer.alloc(512);
  Buffer.from(code).copy(sector);
  sector.writeUInt16LE(0xaa55, 510);
  return sector;
}

export function domainXml(name: string, diskPath: string): string {
  return `<domain type='qemu'>
  <name>${name}</name>
  <metadata><domus:vm xmlns:domus='https://domus.invalid/vm/1' id='42'/></metadata>
  <memory unit='MiB'>32</memory>
  <vcpu>1</vcpu>
  <os><type arch='x86_64' machine='pc'>hvm</type></os>
  <features><acpi/></features>
  <devices>
    <disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='${diskPath}'/><target dev='vda' bus='virtio'/></disk>
    <controller type='usb' model='none'/>
    <serial type='pty'/>
    <console type='pty'/>
    <graphics type='vnc' autoport='yes'/>
    <video><model type='vga'/></video>
    <memballoon model='virtio'/>
  </devices>
</domain>`;
}
