import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Recording } from '@domus/spice/node';
import { imagesOf, type RecordedImage, recordSession } from './spice-recorder.ts';

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

/** How often the list is paged for the decoders' images, and for a whole client. */
const PRESSES = { images: 12, session: 120 };

/**
 * The images of one recording that have its own form, in the order in which they came. Small GLZ images come without
 * zlib around them, and later ones refer to them.
 */
export async function corpus(name: CorpusName, say: (text: string) => void): Promise<RecordedImage[]> {
  const images = imagesOf(await recordingOf(name, 'images', say));
  return images.filter(({ kind }) => kind === name || (name === 'zlib-glz' && kind === 'glz'));
}

/** One recording, made if there is none: short, or long enough to keep a whole client busy. */
export async function recordingOf(
  name: CorpusName,
  length: keyof typeof PRESSES,
  say: (text: string) => void,
): Promise<Recording> {
  const file = join(cache, `spice-${name}-${length}.spicerec`);
  if (!existsSync(file)) {
    say(`recording a guest with ${name}`);
    const { compression, spice } = RECORDINGS[name];
    const recording = await recordSession(compression, spice, PRESSES[length]);
    await mkdir(cache, { recursive: true });
    await writeFile(`${file}.partial`, recording.serialize());
    await rename(`${file}.partial`, file);
  }
  return Recording.parse(await readFile(file));
}
