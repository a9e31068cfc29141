import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Screenshot } from '../node/index.ts';
import { startBooted } from '../node/testing/booted-guest.ts';
import { DesktopPage, missingBrowser } from '../node/testing/browser-page.ts';
import { compare, missingPrerequisite, type QemuGuest } from '../node/testing/qemu-guest.ts';

const missing = missingPrerequisite() ?? missingBrowser();
if (missing && process.env['CI']) throw new Error(missing);
if (missing) console.warn(`skipped: ${missing}`);

describe.skipIf(missing)('a desktop in a page', () => {
  let folder: string;
  let guest: QemuGuest;
  let desktop: DesktopPage;
  let page: Page;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'spice-page-'));
    guest = await startBooted({ device: 'VGA' }, folder, 'image-compression=auto_glz,streaming-video=off');
    desktop = await DesktopPage.open(guest.port);
    page = desktop.page;
    expect(desktop.errors).toEqual([]);
  });

  afterAll(async () => {
    await desktop?.close();
    await guest?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** Waits until the canvas shows what the guest shows, then returns that picture. */
  async function settled(): Promise<Screenshot> {
    await expect
      .poll(async () => compare(await desktop.canvas(), await guest.screendump()), { timeout: 20_000 })
      .toEqual({
        size: true,
        differing: 0,
        mean: 0,
      });
    return desktop.canvas();
  }

  it('shows the guest pixel for pixel', async () => {
    const picture = await settled();
    expect(await page.evaluate('view.resolution')).toEqual({ width: picture.width, height: picture.height });
    expect(await page.evaluate('window.states')).toEqual(['connecting', 'connected']);
  });

  it('decodes in WebAssembly, not in its stead', async () => {
    await settled();
    expect(await page.evaluate('window.decoders')).toBeGreaterThan(0);
  });

  it('passes keys on by their place on the keyboard', async () => {
    const before = await settled();
    await page.evaluate('view.focus()');
    await page.keyboard.press('ArrowDown');
    await expect.poll(async () => compare(before, await guest.screendump()).differing).toBeGreaterThan(0);
    const after = await settled();
    await page.keyboard.press('ArrowUp');
    await expect.poll(async () => compare(after, await guest.screendump()).differing).toBeGreaterThan(0);
    await settled();
  });

  it('moves and clicks the guest pointer where the page pointer is', async () => {
    const before = await settled();
    // The picture lies centred in 1000 x 700, as large as fits. At (100, 240) there is an entry of the list.
    const scale = Math.min(1000 / before.width, 700 / before.height);
    const left = (1000 - before.width * scale) / 2;
    const top = (700 - before.height * scale) / 2;
    await page.mouse.click(left + 100 * scale, top + 240 * scale);
    await expect.poll(async () => compare(before, await guest.screendump()).differing).toBeGreaterThan(0);
    const after = await settled();
    expect(compare(before, after).differing).toBeGreaterThan(1000);
  });

  it('types text as keystrokes', async () => {
    const before = await settled();
    const result = await page.evaluate('view.typeText("German€")');
    expect(result).toEqual({ skipped: '€' });
    await expect.poll(async () => compare(before, await guest.screendump()).differing).toBeGreaterThan(1000);
    await settled();
  });

  it('tells the page why the session ended', async () => {
    await page.evaluate('window.ended = new Promise((resolve) => view.addEventListener("disconnected", resolve)); 0');
    await guest.stop();
    await page.evaluate('window.ended');
    expect(await page.evaluate('view.state')).toBe('disconnected');
    expect(await page.evaluate('view.error.code')).toMatch(/^(closed|transport)$/);
  });
});
