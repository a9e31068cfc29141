import {
  type DecodedImage,
  decodeJpeg,
  decodeLz,
  decodeLz4,
  decodeQuic,
  GlzDictionary,
  inflate,
} from '@domus/spice/codecs';
import { type Measurement, type Report, sample } from './measurement.ts';
import * as html5 from './peers/spice-html5.ts';
import { type CorpusName, corpus, corpusNames } from './spice-corpus.ts';
import type { RecordedImage } from './spice-recorder.ts';

const ROUNDS = 7;
/** CPU time of one round at least; short ones drown in noise. */
const ROUND_MS = 150;
const LARGE_PIXELS = 16_384;
const DICTIONARY_PIXELS = 16 * 1024 * 1024;

type Decode = (image: RecordedImage) => DecodedImage;
/** Aims for ours ÷ spice-html5: what native C reached on such images. */
const AIMS: Partial<Record<CorpusName, { large: number; tiny: number }>> = {
  quic: { large: 7, tiny: 4.1 },
  lz: { large: 11, tiny: 10.7 },
};

/** Decoded pixels (4 bytes each) per second of CPU time, in turns with spice-html5 where it can decode them. */
export async function spiceDecoders(say: (text: string) => void): Promise<Report> {
  const measurements: Measurement[] = [];
  const notes: string[] = [];
  for (const name of corpusNames) {
    const images = await corpus(name, say);
    if (images.length === 0) {
      notes.push(`${name}: the server sent no such image`);
      continue;
    }
    say(name);
    for (const [part, some] of partsOf(name, images)) {
      measurements.push(measure(name, part, some));
      notes.push(
        `${name}, ${part}: ${some.length} image${some.length === 1 ? '' : 's'}, ${(pixelsOf(some) / 1e6).toFixed(2)} Mpx`,
      );
    }
  }
  return {
    measurements,
    notes: [
      ...notes,
      `Images of a QXL guest in VGA mode (Debian’s graphical installer being paged through), recorded from libspice-server. Tiny: below ${LARGE_PIXELS.toLocaleString('en-US')} pixels.`,
      'Both decode to RGBA; spice-html5 also turns bottom-up LZ images round, which ours does while drawing. Pixels are checked to be the same first.',
      `Median of ${ROUNDS} rounds in turns, CPU time.`,
    ],
  };
}

/** A GLZ image needs those before it, so these stay together. */
function partsOf(name: CorpusName, images: RecordedImage[]): [part: 'large' | 'tiny' | 'all', RecordedImage[]][] {
  if (AIMS[name] === undefined) return [['all', images]];
  const large = (image: RecordedImage) => image.width * image.height >= LARGE_PIXELS;
  const parts: ['large' | 'tiny', RecordedImage[]][] = [
    ['large', images.filter(large)],
    ['tiny', images.filter((image) => !large(image))],
  ];
  return parts.filter(([, some]) => some.length > 0);
}

function measure(name: CorpusName, part: 'large' | 'tiny' | 'all', images: RecordedImage[]): Measurement {
  const megabytes = (pixelsOf(images) * 4) / 1e6;
  const ourPass = () => {
    const decode = decoder(name);
    for (const image of images) decode(image);
  };
  const theirs = name === 'quic' ? html5.decodeQuic : name === 'lz' ? html5.decodeLz : undefined;
  const prepared = theirs && images.map(({ bytes }) => html5.prepare(bytes));
  if (theirs) checkSame(decoder(name), theirs, images);
  const theirPass = theirs && prepared && (() => prepared.forEach((image) => void theirs(image)));

  const speed = (pass: () => void) => megabytes / secondsOf(pass);
  speed(ourPass); // compiled before it counts
  if (theirPass) speed(theirPass);
  const ours: number[] = [];
  const peer: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    if (theirPass) peer.push(speed(theirPass));
    ours.push(speed(ourPass));
  }
  const aim = part === 'all' ? undefined : AIMS[name]?.[part];
  return {
    name: `${name}${part === 'all' ? '' : `, ${part}`} (MB/s)`,
    better: 'more',
    ours: sample(ours),
    peer: peer.length === 0 ? null : sample(peer),
    ...(aim === undefined ? {} : { aim }),
  };
}

/** A decoder as a session uses it: buffers shared from image to image, one dictionary. */
function decoder(name: CorpusName): Decode {
  const dictionary = new GlzDictionary(DICTIONARY_PIXELS);
  const glz = (bytes: Uint8Array): DecodedImage => {
    const result = dictionary.decode(bytes);
    if ('missing' in result) throw new Error(`the recording lacks GLZ image ${result.missing}`);
    return result.image;
  };
  switch (name) {
    case 'quic':
      return ({ bytes }) => decodeQuic(bytes);
    case 'lz':
      return ({ bytes }) => decodeLz(bytes);
    case 'lz4':
      return ({ bytes, width, height }) => decodeLz4(bytes, width, height);
    case 'glz':
      return ({ bytes }) => glz(bytes);
    case 'zlib-glz':
      return ({ bytes, size }) => glz(size === undefined ? bytes : inflate(bytes, size));
    case 'jpeg':
      return ({ bytes }) => decodeJpeg(bytes);
  }
}

function secondsOf(pass: () => void): number {
  let passes = 0;
  const before = process.cpuUsage();
  for (;;) {
    pass();
    passes++;
    const { user, system } = process.cpuUsage(before);
    if (user + system >= ROUND_MS * 1000) return (user + system) / 1e6 / passes;
  }
}

const pixelsOf = (images: RecordedImage[]): number =>
  images.reduce((sum, { width, height }) => sum + width * height, 0);

function checkSame(ours: Decode, theirs: typeof html5.decodeQuic, images: RecordedImage[]): void {
  for (const [at, image] of images.entries()) {
    const { pixels, start, width, height, topDown } = ours(image);
    const peer = new Int32Array(theirs(html5.prepare(image.bytes)).buffer);
    for (let y = 0; y < height; y++) {
      const row = start + (topDown ? y : height - 1 - y) * width;
      for (let x = 0; x < width; x++)
        if (pixels[row + x] !== peer[y * width + x]) throw new Error(`image ${at} differs at ${x}, ${y}`);
    }
  }
}
