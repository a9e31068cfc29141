import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { type RecordedImage, recordImages } from './spice-recorder.ts';

/** Recordings are kept between runs; removing the folder makes them anew. */
const cache = process.env['DOMUS_BENCH_CACHE'] ?? join(homedir(), '.cache/domus-bench');

const SERVER = 'streaming-video=off,zlib-glz-wan-compression=never,jpeg-wan-compression=never';
const RECORDINGS = {
  quic: { compression: 'quic', spice: SERVER },
  lz: { compression: 'lz', spice: SERVER },
  glz: { compression: 'glz', spice: SERVER },
  lz4: { compression: 'lz4', spice: SERVER },
  'zlib-glz': {
    compression: 'glz',
    spice: SERVER.replace('zlib-glz-wan-compression=never', 'zlib-glz-wan-compression=always'),
  },
  jpeg: { compression: 'quic', spice: SERVER.replace('jpeg-wan-compression=never', 'jpeg-wan-compression=always') },
} as const;
export type CorpusName = keyof typeof RECORDINGS;
export const corpusNames = Object.keys(RECORDINGS) as CorpusName[];

/**
 * The images of one recording that have its own form, in the order in which they came. Small GLZ images come without
 * zlib around them, and later ones refer to them.
 */
export async function corpus(name: CorpusName, say: (text: string) => void): Promise<RecordedImage[]> {
  const file = join(cache, `spice-${name}.v8`);
  if (!existsSync(file)) {
    say(`recording a guest with ${name}`);
    const { compression, spice } = RECORDINGS[name];
    const images = await recordImages(compression, spice);
    await mkdir(cache, { recursive: true });
    await writeFile(`${file}.partial`, serialize(images));
    await rename(`${file}.partial`, file);
  }
  const images = deserialize(await readFile(file)) as RecordedImage[];
  return images.filter(({ kind }) => kind === name || (name === 'zlib-glz' && kind === 'glz'));
}
