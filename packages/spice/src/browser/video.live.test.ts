import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Rect } from '../draw/rect.ts';
import type { Screenshot } from '../node/index.ts';
import { DesktopPage, missingBrowser } from '../node/testing/browser-page.ts';
import { cut, FilmGuest, recognise } from '../node/testing/film.ts';
import { compare, missingPrerequisite } from '../node/testing/qemu-guest.ts';

const missing = missingPrerequisite() ?? missingBrowser();
if (missing && process.env['CI']) throw new Error(missing);
if (missing) console.warn(`skipped: ${missing}`);

const IDENTICAL = { size: true, differing: 0, mean: 0 };
const FRAMES = 50;
/** Mean difference of a byte of a video frame from the truth. */
const LOSS = 2;

describe.skipIf(missing)('video in a page', () => {
  let folder: string;
  let guest: FilmGuest;
  let desktop: DesktopPage;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'spice-page-video-'));
    guest = await FilmGuest.start(folder);
    desktop = await DesktopPage.open(guest.machine.port);
  });

  afterAll(async () => {
    await desktop?.close();
    await guest?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('is decoded by the browser, shows the film, and ends with its last picture without loss', async () => {
    const film: Rect = { left: 32, top: 24, right: 608, bottom: 456 };
    const decoded = (): Promise<number> => desktop.page.evaluate<number>('window.bitmaps');
    await guest.play(film, async () => (await decoded()) > 0);
    let playing = true;
    const played = guest
      .play(film, async () => (await decoded()) >= FRAMES)
      .finally(() => {
        playing = false;
      });
    const seen: Screenshot[] = [];
    while (playing) seen.push(cut(await desktop.canvas(), film));
    await played;
    const recognised = seen.map(recognise);
    for (const { mean } of recognised) expect(mean).toBeLessThan(LOSS);
    expect(recognised.some(({ mean }) => mean > 0)).toBe(true);
    expect(new Set(recognised.map(({ frame }) => frame)).size).toBeGreaterThan(5);
    await expect
      .poll(async () => compare(await desktop.canvas(), await guest.machine.screendump()), { timeout: 30_000 })
      .toEqual(IDENTICAL);
    expect(desktop.errors).toEqual([]);
  });
});
