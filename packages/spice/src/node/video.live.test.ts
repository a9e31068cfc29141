import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DisplayChannel } from '../channels/display.ts';
import type { Rect } from '../draw/rect.ts';
import { HeadlessClient, type Screenshot } from './headless.ts';
import { cut, FILM_PICTURES, FilmGuest, recognise } from './testing/film.ts';
import { flickeringDisk } from './testing/flickering-disk.ts';
import { compare, missingPrerequisite, QemuGuest } from './testing/qemu-guest.ts';

const missing = missingPrerequisite();
if (missing && process.env['CI']) throw new Error(missing);
if (missing) console.warn(`skipped: ${missing}`);

const IDENTICAL = { size: true, differing: 0, mean: 0 };
const FRAMES = 50;
/** Mean difference of a byte of a video frame from the truth. */
const LOSS = 2;

describe.skipIf(missing)('video of a real server', () => {
  let folder: string;
  let client: HeadlessClient;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'spice-video-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  afterEach(() => client.close());

  const count = (form: 'video' | 'sized-video'): number => client.session.display?.imageCounts.get(form) ?? 0;
  const streams = (): number | undefined => client.session.display?.streamCount;

  /** When nothing moves any more the server ends its streams and sends what is there without loss. */
  async function comesToRest(guest: QemuGuest): Promise<void> {
    await expect.poll(streams, { timeout: 30_000 }).toBe(0);
    await expect
      .poll(async () => compare(client.screenshot(), await guest.screendump()), { timeout: 10_000 })
      .toEqual(IDENTICAL);
  }

  it('shows a VGA that changes everywhere, as many narrow streams', async () => {
    const disk = join(folder, 'flicker.img');
    await writeFile(disk, flickeringDisk());
    const runs = ['-drive', `file=${disk},format=raw,if=ide`];
    const guest = await QemuGuest.start({ folder, device: 'VGA', runs, spice: 'streaming-video=all' });
    try {
      const brightness = new Set<number>();
      client = await HeadlessClient.connect({
        address: { host: '127.0.0.1', port: guest.port },
        events: { drawn: ({ primary }) => brightness.add(primary?.pixels[0] ?? 0) },
      });
      // 640 / 32 columns.
      await expect.poll(streams, { timeout: 60_000 }).toBe(20);
      const before = count('video');
      brightness.clear();
      await expect.poll(() => count('video') - before, { timeout: 60_000 }).toBeGreaterThan(20 * FRAMES);
      expect(brightness.size).toBeGreaterThan(FRAMES / 2);
      await guest.pause();
      await comesToRest(guest);
    } finally {
      await guest.stop();
    }
  });

  describe('of a film on a desktop', () => {
    const film: Rect = { left: 160, top: 120, right: 480, bottom: 360 };
    let guest: FilmGuest;
    /** Where the film is, after each video frame. */
    let seen: Screenshot[];
    let watched: Rect;
    let frames: number;

    beforeAll(async () => {
      guest = await FilmGuest.start(folder);
    });
    afterAll(() => guest?.stop());

    beforeEach(async () => {
      seen = [];
      watched = film;
      frames = 0;
      client = await HeadlessClient.connect({
        address: { host: '127.0.0.1', port: guest.machine.port },
        events: { drawn: look },
      });
      await client.untilQuiet();
    });

    function look({ imageCounts }: DisplayChannel): void {
      const now = (imageCounts.get('video') ?? 0) + (imageCounts.get('sized-video') ?? 0);
      if (now > frames) seen.push(cut(client.screenshot(), watched));
      frames = now;
    }

    const many = (form: 'video' | 'sized-video') => (): boolean => count(form) >= FRAMES;

    /** Each picture is one of the film, a little worse, and they come in its order. */
    function expectFilm(pictures: readonly Screenshot[]): void {
      const recognised = pictures.map(recognise);
      for (const { mean } of recognised) {
        expect(mean).toBeGreaterThan(0);
        expect(mean).toBeLessThan(LOSS);
      }
      const order = recognised.map(({ frame }) => frame);
      const steps = order.slice(1).map((frame, i) => (frame - order[i]! + FILM_PICTURES) % FILM_PICTURES);
      for (const step of steps) expect(step).toBeGreaterThan(0);
      for (const step of steps) expect(step).toBeLessThan(FILM_PICTURES / 2);
    }

    it('shows every frame, and the last picture without loss', async () => {
      await guest.play(film, many('video'));
      expect(streams()).toBe(1);
      expect(seen.length).toBeGreaterThanOrEqual(FRAMES);
      expectFilm(seen);
      await comesToRest(guest.machine);
    });

    it('leaves a window in front of the film alone', async () => {
      const hole: Rect = { left: 200, top: 150, right: 280, bottom: 200 };
      const visible: Rect[] = [
        { ...film, bottom: hole.top },
        { ...film, top: hole.top, right: hole.left, bottom: hole.bottom },
        { ...film, top: hole.top, left: hole.right, bottom: hole.bottom },
        { ...film, top: hole.bottom },
      ];
      const window = cut(client.screenshot(), hole);
      watched = hole;
      await guest.play(film, many('video'), visible);
      expect(streams()).toBe(1);
      for (const picture of seen) expect(compare(picture, window)).toEqual(IDENTICAL);
      // The window goes away: the same stream shows more.
      await guest.play(film, () => compare(cut(client.screenshot(), hole), window).mean > 10);
      expect(streams()).toBe(1);
      await comesToRest(guest.machine);
    });

    it('shows frames that are larger than the stream', async () => {
      await guest.play(film, many('video'));
      watched = { left: 120, top: 90, right: 520, bottom: 390 };
      seen = [];
      await guest.play(watched, many('sized-video'));
      expect(seen.length).toBeGreaterThanOrEqual(FRAMES);
      expectFilm(seen);
      await comesToRest(guest.machine);
    });
  });
});
