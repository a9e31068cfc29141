import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { EventSubscription, LibvirtEvent } from '../index.ts';
import { type PrivateLibvirtd, privateLibvirtdObstacle } from '../testing/private-libvirtd.ts';

const run = promisify(execFile);

/** Why live tests are skipped here; under CI that is a failure. */
export function obstacle(): string | undefined {
  const reason = privateLibvirtdObstacle();
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
  const sector = Buffer.alloc(512);
  Buffer.from(code.flat()).copy(sector);
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
