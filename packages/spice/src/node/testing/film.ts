import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Rect } from '../../draw/rect.ts';
import type { Screenshot } from '../index.ts';
import { compare, QemuGuest } from './qemu-guest.ts';
import { Qtest } from './qtest.ts';
import { HALTING_BIOS, QXL_CARD, QxlDriver } from './qxl-driver.ts';

/** The film repeats after so many pictures. */
export const FILM_PICTURES = 25;
const FRAME_MS = 40;
const PATIENCE_MS = 60_000;

const films = new Map<string, Screenshot[]>();

/** All pictures of the film at one size. */
function filmOf(width: number, height: number): Screenshot[] {
  const name = `${width} x ${height}`;
  const film = films.get(name) ?? Array.from({ length: FILM_PICTURES }, (_, frame) => paint(width, height, frame));
  films.set(name, film);
  return film;
}

/** What photographs have: soft edges, many colours; and everything moves. */
function paint(width: number, height: number, frame: number): Screenshot {
  const turn = (2 * Math.PI * frame) / FILM_PICTURES;
  const rgba = new Uint8Array(width * height * 4);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 4) {
      const waves = Math.sin(x / 17 + turn) + Math.cos(y / 23 - turn);
      rgba[at] = 128 + 50 * waves;
      rgba[at + 1] = 128 + 60 * Math.sin(waves + (x + y) / 31);
      rgba[at + 2] = 128 + 100 * Math.sin((x - y) / 41 + 2 * turn);
      rgba[at + 3] = 255;
    }
  }
  return { width, height, rgba };
}

export function cut({ width, rgba }: Screenshot, { left, top, right, bottom }: Rect): Screenshot {
  const part = new Uint8Array((right - left) * (bottom - top) * 4);
  for (let y = top, to = 0; y < bottom; y++, to += (right - left) * 4) {
    part.set(rgba.subarray((y * width + left) * 4, (y * width + right) * 4), to);
  }
  return { width: right - left, height: bottom - top, rgba: part };
}

/** Which picture of the film this one looks like most, and the mean difference of a byte from it. */
export function recognise(picture: Screenshot): { frame: number; mean: number } {
  const guesses = filmOf(picture.width, picture.height).map((truth, frame) => {
    return { frame, mean: compare(picture, truth).mean };
  });
  return guesses.reduce((best, guess) => (guess.mean < best.mean ? guess : best));
}

/** A machine of 640 x 480 whose QXL card the test itself drives: a desktop on which a film can be played. */
export class FilmGuest {
  readonly machine: QemuGuest;
  readonly #qtest: Qtest;
  readonly #driver: QxlDriver;
  #frame = 0;

  private constructor(machine: QemuGuest, qtest: Qtest, driver: QxlDriver) {
    this.machine = machine;
    this.#qtest = qtest;
    this.#driver = driver;
  }

  static async start(folder: string): Promise<FilmGuest> {
    const bios = join(folder, 'halt.bin');
    const socket = join(folder, 'qtest.sock');
    await writeFile(bios, HALTING_BIOS);
    const machine = await QemuGuest.start({
      folder,
      device: QXL_CARD,
      spice: 'image-compression=auto_glz,streaming-video=filter',
      runs: ['-bios', bios, '-qtest', `unix:${socket},server=on,wait=off`, '-qtest-log', '/dev/null'],
    });
    const qtest = await Qtest.connect(socket);
    const driver = await QxlDriver.start(qtest, 640, 480);
    await driver.draw(paint(640, 480, 0), 0, 0);
    return new FilmGuest(machine, qtest, driver);
  }

  /** Plays the film at 25 pictures a second, of which `clip` may be seen, until `enough`. */
  async play(area: Rect, enough: () => boolean | Promise<boolean>, clip?: readonly Rect[]): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    const film = filmOf(area.right - area.left, area.bottom - area.top);
    while (!(await enough())) {
      if (performance.now() > deadline) throw new Error('the film is not shown');
      const picture = film[this.#frame++ % FILM_PICTURES]!;
      await Promise.all([this.#driver.draw(picture, area.left, area.top, clip), delay(FRAME_MS)]);
    }
  }

  async stop(): Promise<void> {
    this.#qtest.close();
    await this.machine.stop();
  }
}
