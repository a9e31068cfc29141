import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { type Connection, connect } from '@domus/libvirt';
import { PrivateLibvirtd } from '@domus/libvirt/testing';
import { HeadlessClient, type Screenshot } from '@domus/spice/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { differingPixels, readPng } from './fixture/browser.ts';

const INSTALLER = '/usr/lib/debian-installer/images/12/amd64/gtk/debian-installer/amd64';
const BOOT_MS = 400_000;
/** Below the banner, the installer's list of languages has dozens of colours; a boot console has a handful. */
const BANNER_ROWS = 100;
const DESKTOP_COLOURS = 40;

let daemon: PrivateLibvirtd;
let connection: Connection;

beforeAll(async () => {
  daemon = await PrivateLibvirtd.start();
  connection = await connect({ uri: daemon.uri() });
});
afterAll(async () => {
  await connection?.close();
  await daemon?.stop();
});

const socketOf = (name: string): string => join(daemon.folder, `${name}.sock`);
const installerXml = (name: string, mode: number): string => `
  <domain type='qemu'>
    <name>${name}</name><memory unit='MiB'>1024</memory><vcpu>1</vcpu>
    <os>
      <type arch='x86_64' machine='pc'>hvm</type>
      <kernel>${INSTALLER}/linux</kernel><initrd>${INSTALLER}/initrd.gz</initrd>
      <cmdline>vga=${mode} quiet nomodeset</cmdline>
    </os>
    <features><acpi/></features>
    <devices>
      <emulator>/usr/bin/qemu-system-x86_64</emulator>
      <input type='tablet' bus='usb'/>
      <graphics type='spice'>
        <listen type='socket' socket='${socketOf(name)}'/>
        <streaming mode='off'/>
      </graphics>
      <video><model type='vga'/></video>
    </devices>
  </domain>`;

function colours({ rgba, width }: Screenshot): number {
  const pixels = new Uint32Array(rgba.buffer, rgba.byteOffset, rgba.length / 4);
  return new Set(pixels.subarray(width * BANNER_ROWS)).size;
}

describe('Debian’s graphical installer, as a guest of libvirt', () => {
  it.concurrent.each([
    ['800x600', 788],
    ['1024x768', 791],
  ])('is drawn at %s as libvirt’s own screenshot shows it', { timeout: 2 * BOOT_MS }, async (size, mode) => {
    const name = `installer-${size}`;
    const domain = await connection.domains.createXML(installerXml(name, mode));
    const client = await HeadlessClient.connect({ address: { path: socketOf(name) } });
    await expect
      .poll(() => (client.session.display?.primary ? colours(client.screenshot()) : 0), {
        timeout: BOOT_MS,
        interval: 1000,
      })
      .toBeGreaterThan(DESKTOP_COLOURS);
    await client.untilQuiet(3000, BOOT_MS);
    const { mime, image } = await domain.screenshot();
    expect(mime).toBe('image/png');
    const truth = readPng(await buffer(image));
    const { width, height, rgba } = client.screenshot();
    expect(`${truth.width}x${truth.height}`).toBe(size);
    expect(differingPixels({ width, height, rgba: Buffer.from(rgba) }, truth)).toBe(0);
    client.close();
    await domain.destroy();
  });
});
