const WIDTH = 320;
const HEIGHT = 240;

/** A guest's screen as a portable pixmap: one colour, which follows from its name. */
export function screenshot(name: string): Buffer {
  const colour = [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 0x100_0000, 0);
  const pixels = Buffer.alloc(WIDTH * HEIGHT * 3, Buffer.from([colour >> 16, (colour >> 8) & 255, colour & 255]));
  return Buffer.concat([Buffer.from(`P6\n${WIDTH} ${HEIGHT}\n255\n`), pixels]);
}
