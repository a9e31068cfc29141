import type { Rect } from '../../../draw/rect.ts';
import { SURFACE_FORMAT } from '../../../draw/surface.ts';
import { type DisplayMessage, drawCopy, surfaceCreate, surfaceDestroy } from '../draw-messages.ts';
import { bitmapImage, surfaceImage } from '../wire-images.ts';
import { imageForms } from './images.ts';
import { OPERATIONS, type Scene } from './operations.ts';
import { randomPicture } from './pictures.ts';
import { Random } from './random.ts';

/** Many scenes side by side on one screen, each in a tile of its own. */
export interface Sheet {
  width: number;
  height: number;
  scenes: readonly SheetScene[];
  messages: readonly DisplayMessage[];
}

export interface SheetScene {
  operation: string;
  words: string;
  bound: number;
  tile: Rect;
}

const TILE = { width: 48, height: 40 } as const;
const COLUMNS = 26;
const ROWS = 20;
export const SCENES_PER_SHEET = COLUMNS * ROWS;
const PUT = 8;
const CANVAS = 1;

/**
 * A screen of scenes. Everything is drawn off screen and laid onto the screen by the last message: a client that looks
 * once something is drawn sees all of it.
 */
export function sceneSheet(seed: number, only?: string): Sheet {
  const random = new Random(seed);
  const [width, height] = [TILE.width * COLUMNS, TILE.height * ROWS];
  const messages: DisplayMessage[] = [
    surfaceCreate(0, width, height, SURFACE_FORMAT['32_XRGB'], true),
    surfaceCreate(CANVAS, width, height, SURFACE_FORMAT['32_XRGB']),
  ];
  const forms = imageForms();
  const names = only === undefined ? Object.keys(OPERATIONS) : [only];
  const scenes: SheetScene[] = [];
  for (let i = 0; i < SCENES_PER_SHEET; i++) {
    const left = (i % COLUMNS) * TILE.width;
    const top = Math.floor(i / COLUMNS) * TILE.height;
    const tile = { left, top, right: left + TILE.width, bottom: top + TILE.height };
    const scene: Scene = { random, surface: CANVAS, tile, forms, words: [], bound: 0 };
    messages.push(background(scene));
    const operation = names[i % names.length]!;
    messages.push(...OPERATIONS[operation]!(scene));
    scenes.push({ operation, words: scene.words.join(', '), bound: scene.bound, tile });
  }
  const box = { left: 0, top: 0, right: width, bottom: height };
  const stamp = { image: surfaceImage(CANVAS, width, height), area: box, scaleMode: 0 };
  messages.push(drawCopy('COPY', { surface: 0, box }, stamp, PUT), surfaceDestroy(CANVAS));
  return { width, height, scenes, messages };
}

function background({ random, surface, tile }: Scene): DisplayMessage {
  const picture = randomPicture(random, TILE.width, TILE.height);
  const area = { left: 0, top: 0, right: TILE.width, bottom: TILE.height };
  const image = bitmapImage(picture, '32BIT', true);
  return drawCopy('COPY', { surface, box: tile }, { image, area, scaleMode: 0 }, PUT);
}
