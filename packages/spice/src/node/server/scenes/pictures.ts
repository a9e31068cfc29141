import type { Rect } from '../../../draw/rect.ts';
import type { IndexedPicture, Picture } from '../wire-images.ts';
import type { Random } from './random.ts';

const KINDS = ['flat', 'gradient', 'noise', 'text', 'few colours', 'stripes'] as const;

/** Content of the kinds that desktops show; alpha varies too, for formats that carry it. */
export function randomPicture(random: Random, width: number, height: number): Picture {
  const kind = random.one(KINDS);
  const [a, b, c] = [random.bits(), random.bits(), random.bits()];
  const period = random.between(1, 9);
  const pixels = new Int32Array(width * height);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) pixels[at] = pixelOf(kind, x, y);
  }
  return { width, height, pixels };

  function pixelOf(of: (typeof KINDS)[number], x: number, y: number): number {
    switch (of) {
      case 'flat':
        return y < height / 2 ? a : b;
      case 'gradient':
        return (a + x * 0x01020304 + y * 0x02010301) | 0;
      case 'noise':
        return random.bits();
      case 'text':
        return Math.imul((x >> 1) * 31 + (y >> 1) * 17 + a, 0x9e3779b1) >>> 30 === 0 ? b : c;
      case 'few colours':
        return random.one([a, b, c]);
      case 'stripes':
        return Math.floor((x + y) / period) % 2 === 0 ? a : b;
    }
  }
}

export function randomIndexed(random: Random, width: number, height: number, colours: number): IndexedPicture {
  const flat = random.chance(0.5) ? random.between(1, 12) : 1;
  const shift = random.between(0, 1000);
  const indices = Uint8Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return flat === 1 ? random.between(0, colours - 1) : (Math.floor(x / flat) + Math.floor(y / 3) + shift) % colours;
  });
  return { width, height, indices, palette: Array.from({ length: colours }, () => random.bits() & 0xffffff) };
}

/** Zeros and ones in blots, as stencils are. */
export function randomBits(random: Random, width: number, height: number): Uint8Array {
  const size = random.between(1, 7);
  const salt = random.bits();
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [Math.floor((i % width) / size), Math.floor(i / width / size)];
    return (Math.imul(x * 73 + y * 151 + salt, 0x85ebca6b) >>> 31) & 1;
  });
}

/** A rectangle inside another, of at least one pixel. */
export function randomRect(random: Random, inside: Rect): Rect {
  const left = random.between(inside.left, inside.right - 1);
  const top = random.between(inside.top, inside.bottom - 1);
  return { left, top, right: random.between(left + 1, inside.right), bottom: random.between(top + 1, inside.bottom) };
}
