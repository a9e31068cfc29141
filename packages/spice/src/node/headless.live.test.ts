import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImageCompression } from '../wire/protocol.ts';
import { HeadlessClient } from './headless.ts';
import { type Machine, startBooted } from './testing/booted-guest.ts';
import { compare, missingPrerequisite, type QemuGuest } from './testing/qemu-guest.ts';

const missing = missingPrerequisite();
if (missing && process.env['CI']) throw new Error(missing);
if (missing) console.warn(`skipped: ${missing}`);

const IDENTICAL = { size: true, differing: 0, mean: 0 };
const [DOWN, UP, PAGE_DOWN, PAGE_UP] = [0xe050, 0xe048, 0xe051, 0xe049] as const;
const VGA: Machine = { device: 'VGA' };
const QXL: Machine = { device: 'qxl-vga', kernelArguments: 'vga=791 quiet nomodeset' };
const PLAIN =
  'image-compression=auto_glz,streaming-video=off,jpeg-wan-compression=never,zlib-glz-wan-compression=never';

describe.skipIf(missing)('a real guest', () => {
  let folder: string;
  let guest: QemuGuest | undefined;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'spice-live-'));
  });

  afterAll(async () => {
    await guest?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function boot(machine: Machine, spice: string): Promise<QemuGuest> {
    await guest?.stop();
    guest = await startBooted(machine, folder, spice);
    return guest;
  }

  function connect({ port }: QemuGuest, imageCompression?: ImageCompression): Promise<HeadlessClient> {
    return HeadlessClient.connect({
      address: { host: '127.0.0.1', port },
      ...(imageCompression && { imageCompression }),
    });
  }

  /** Presses a key and waits until the guest has drawn what it does. */
  async function press(client: HeadlessClient, key: number): Promise<void> {
    const before = client.screenshot();
    client.session.inputs?.keyDown(key);
    client.session.inputs?.keyUp(key);
    await expect.poll(() => compare(before, client.screenshot()).differing, { timeout: 10_000 }).toBeGreaterThan(0);
    await client.untilQuiet(300);
  }

  /** Equals libvirt's own screenshot of the same moment: virDomainScreenshot returns what QEMU's screendump writes. */
  async function identical(client: HeadlessClient, host: QemuGuest): Promise<void> {
    await expect
      .poll(async () => compare(client.screenshot(), await host.screendump()), { timeout: 10_000 })
      .toEqual(IDENTICAL);
  }

  describe.each([
    ['a VGA', VGA],
    ['QXL in VGA mode', QXL],
  ] as const)('with %s', (_name, machine) => {
    let host: QemuGuest;
    beforeAll(async () => {
      host = await boot(machine, PLAIN);
    });

    it.each([
      ['quic', 'quic'],
      ['lz', 'lz'],
      ['glz', 'glz'],
      ['auto_glz', 'glz'],
      ['lz4', 'lz4'],
      ['off', 'bitmap'],
    ] as const)('shows every pixel and obeys the keyboard with %s', async (compression, form) => {
      const client = await connect(host, compression);
      await client.untilQuiet();
      await identical(client, host);
      for (const key of [DOWN, PAGE_DOWN, UP, PAGE_UP]) await press(client, key);
      await identical(client, host);
      expect(client.session.display?.imageCounts.get(form)).toBeGreaterThan(10);
      client.close();
    });
  });

  it('shows every pixel of images deflated once more', async () => {
    const host = await boot(VGA, PLAIN.replace('zlib-glz-wan-compression=never', 'zlib-glz-wan-compression=always'));
    const client = await connect(host, 'glz');
    await client.untilQuiet();
    for (const key of [PAGE_DOWN, DOWN, PAGE_UP]) await press(client, key);
    await identical(client, host);
    expect(client.session.display?.imageCounts.get('zlib-glz')).toBeGreaterThan(10);
    client.close();
  });

  it('shows lossy images close to the truth', async () => {
    const host = await boot(VGA, PLAIN.replace('jpeg-wan-compression=never', 'jpeg-wan-compression=always'));
    const client = await connect(host, 'quic');
    await client.untilQuiet();
    for (const key of [PAGE_DOWN, DOWN, PAGE_UP]) await press(client, key);
    const { mean, size } = compare(client.screenshot(), await host.screendump());
    expect(size).toBe(true);
    expect(mean).toBeLessThan(2);
    expect(client.session.display?.imageCounts.get('jpeg')).toBeGreaterThan(10);
    client.close();
  });

  it('moves the pointer by absolute position', async () => {
    const host = await boot(VGA, PLAIN);
    const client = await connect(host);
    await client.untilQuiet();
    const before = client.screenshot();
    client.session.inputs?.moveTo(100, 240);
    client.session.inputs?.press('left');
    client.session.inputs?.release('left');
    await expect.poll(() => compare(before, client.screenshot()).differing, { timeout: 10_000 }).toBeGreaterThan(1000);
    await client.untilQuiet();
    await identical(client, host);
    client.close();
  });

  it('says why when the guest is gone', async () => {
    const host = await boot(VGA, PLAIN);
    let reason: unknown;
    const client = await HeadlessClient.connect({
      address: { host: '127.0.0.1', port: host.port },
      events: {
        disconnected: (error) => {
          reason = error;
        },
      },
    });
    await client.untilQuiet();
    await host.stop();
    await expect
      .poll(() => reason)
      .toMatchObject({ name: 'SpiceError', code: expect.stringMatching(/closed|transport/) });
    await expect(connect(host)).rejects.toMatchObject({ code: 'transport' });
  });
});
