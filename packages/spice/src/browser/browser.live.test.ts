import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Screenshot } from '../node/index.ts';
import { startBooted } from '../node/testing/booted-guest.ts';
import { servePage } from '../node/testing/browser-page.ts';
import { compare, missingPrerequisite, type QemuGuest } from '../node/testing/qemu-guest.ts';

const CHROMIUM = '/usr/bin/chromium';
const missing = missingPrerequisite() ?? (existsSync(CHROMIUM) ? undefined : `${CHROMIUM} is not installed`);
if (missing && process.env['CI']) throw new Error(missing);
if (missing) console.warn(`skipped: ${missing}`);

describe.skipIf(missing)('a desktop in a page', () => {
  let folder: string;
  let guest: QemuGuest;
  let browser: Browser;
  let page: Page;
  let served: { url: string; close(): Promise<void> };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'spice-page-'));
    guest = await startBooted({ device: 'VGA' }, folder, 'image-compression=auto_glz,streaming-video=off');
    served = await servePage(guest.port);
    const quiet = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--headless', '--no-sandbox', '--disable-component-update', '--disable-sync', ...quiet],
    });
    page = await browser.newPage({ viewport: { width: 1000, height: 700 } });
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(served.url);
    await page.evaluate('window.connected');
    expect(errors).toEqual([]);
  });

  afterAll(async () => {
    await browser?.close();
    await served?.close();
    await guest?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function canvas(): Promise<Screenshot> {
    const picture = await page.evaluate<{ width: number; height: number; base64: string }>('window.pixels()');
    const { width, height, base64 } = picture;
    return { width, height, rgba: new Uint8Array(Buffer.from(base64, 'base64')) };
  }

  /** Waits until the canvas shows what the guest shows, then returns that picture. */
  async function settled(): Promise<Screenshot> {
    await expect
      .poll(async () => compare(await canvas(), await guest.screendump()), { timeout: 20_000 })
      .toEqual({
        size: true,
        differing: 0,
        mean: 0,
      });
    return canvas();
  }

  it('shows the guest pixel for pixel', async () => {
    const picture = await settled();
    expect(await page.evaluate('view.resolution')).toEqual({ width: picture.width, height: picture.height });
    expect(await page.evaluate('window.states')).toEqual(['connecting', 'connected']);
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
