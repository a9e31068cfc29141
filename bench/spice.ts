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
const GLZ_PASSES_KEPT = 10;
/** In a GLZ header, big-endian: the low word of the image's id, and how far back later images may refer. */
const GLZ_ID_AT = 25;
const GLZ_DISTANCE_AT = 29;

type Decode = (image: RecordedImage) => DecodedImage;
/** For ours ÷ spice-html5: what is promised, and what native C reached on such images. */
const LIMITS: Partial<Record<CorpusName, { large: Limit; tiny: Limit }>> = {
  quic: { large: { must: 5, aim: 7 }, tiny: { must: 3, aim: 4.1 } },
  lz: { large: { must: 7, aim: 11 }, tiny: { must: 7, aim: 10.7 } },
};
/** For our GLZ ÷ our LZ; in native C it was 0.35 and 0.48. */
const GLZ_LIMIT: Limit = { must: 0.45 };

interface Limit {
  must: number;
  aim?: number;
}
const PEERS = { quic: html5.decodeQuic, lz: html5.decodeLz };
type Part = 'large' | 'tiny' | 'all';

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
  measurements.push(glzAgainstLz(await corpus('glz', say), await corpus('lz', say)));
  return {
    measurements,
    notes: [
      ...notes,
      `Images of a QXL guest in VGA mode (Debian’s graphical installer being paged through), recorded from libspice-server. Tiny: below ${LARGE_PIXELS.toLocaleString('en-US')} pixels.`,
      'Both decode to RGBA; spice-html5 also turns bottom-up LZ images round, which ours does while drawing. Pixels are checked to be the same first.',
      `GLZ: the recording again and again in one session, whose dictionary keeps the last ${GLZ_PASSES_KEPT} times. Its peer is our own LZ with images of that size.`,
      `Median of ${ROUNDS} rounds in turns, CPU time.`,
    ],
  };
}

/** A GLZ image needs those before it, so these stay together. */
function partsOf(name: CorpusName, images: RecordedImage[]): [part: Part, RecordedImage[]][] {
  if (LIMITS[name] === undefined) return [['all', images]];
  const large = (image: RecordedImage) => image.width * image.height >= LARGE_PIXELS;
  const parts: ['large' | 'tiny', RecordedImage[]][] = [
    ['large', images.filter(large)],
    ['tiny', images.filter((image) => !large(image))],
  ];
  return parts.filter(([, some]) => some.length > 0);
}

function measure(name: CorpusName, part: Part, images: RecordedImage[]): Measurement {
  const theirs = name === 'quic' || name === 'lz' ? PEERS[name] : undefined;
  const prepared = theirs && images.map(({ bytes }) => html5.prepare(bytes));
  if (name === 'quic' || name === 'lz') checkSame(decoderOf(name), PEERS[name], images);
  const peer = theirs && prepared && { images, pass: () => prepared.forEach((image) => void theirs(image)) };
  return {
    name: `${name}${part === 'all' ? '' : `, ${part}`} (MB/s)`,
    ...inTurns({ images, pass: passOver(name, images) }, peer),
    ...(part === 'all' ? {} : LIMITS[name]?.[part]),
  };
}

function glzAgainstLz(glz: RecordedImage[], lz: RecordedImage[]): Measurement {
  const largest = Math.max(...glz.map(({ width, height }) => width * height));
  const images = lz.filter(({ width, height }) => width * height <= largest);
  return {
    name: 'glz, against our LZ (MB/s)',
    ...inTurns({ images: glz, pass: passOver('glz', glz) }, { images, pass: passOver('lz', images) }),
    ...GLZ_LIMIT,
  };
}

interface Contender {
  images: RecordedImage[];
  /** Decodes them all. */
  pass: () => void;
}

function inTurns(ours: Contender, peer: Contender | undefined): Pick<Measurement, 'better' | 'ours' | 'peer'> {
  const speed = ({ images, pass }: Contender) => (pixelsOf(images) * 4) / 1e6 / secondsOf(pass);
  const samples = { ours: [] as number[], peer: [] as number[] };
  // The first round is not counted: then all is compiled.
  for (let round = 0; round <= ROUNDS; round++) {
    const peerSpeed = peer && speed(peer);
    const ourSpeed = speed(ours);
    if (round === 0) continue;
    if (peerSpeed !== undefined) samples.peer.push(peerSpeed);
    samples.ours.push(ourSpeed);
  }
  return { better: 'more', ours: sample(samples.ours), peer: peer ? sample(samples.peer) : null };
}

function passOver(name: CorpusName, images: RecordedImage[]): () => void {
  if (name === 'glz' || name === 'zlib-glz') return glzPassOver(images);
  const decode = decoderOf(name);
  return () => {
    for (const image of images) decode(image);
  };
}

function decoderOf(name: Exclude<CorpusName, 'glz' | 'zlib-glz'>): Decode {
  switch (name) {
    case 'quic':
      return ({ bytes }) => decodeQuic(bytes);
    case 'lz':
      return ({ bytes }) => decodeLz(bytes);
    case 'lz4':
      return ({ bytes, width, height }) => decodeLz4(bytes, width, height);
    case 'jpeg':
      return ({ bytes }) => decodeJpeg(bytes);
  }
}

/** One dictionary, as a session has one; ids go on from pass to pass. */
function glzPassOver(images: RecordedImage[]): () => void {
  const dictionary = new GlzDictionary(DICTIONARY_PIXELS);
  let passes = 0;
  return () => {
    const first = passes * images.length;
    const kept = Math.min(passes, GLZ_PASSES_KEPT) * images.length;
    for (let i = 0; i < images.length; i++) {
      const { bytes, size } = images[i]!;
      const glz = size === undefined ? bytes : inflate(bytes, size);
      setUint32(glz, GLZ_ID_AT, first + i);
      setUint32(glz, GLZ_DISTANCE_AT, kept + i);
      const result = dictionary.decode(glz);
      if ('missing' in result) throw new Error(`the recording lacks GLZ image ${result.missing}`);
    }
    passes++;
  };
}

/** Big-endian, without a DataView for each image. */
function setUint32(bytes: Uint8Array, at: number, value: number): void {
  for (let i = 0; i < 4; i++) bytes[at + i] = value >>> (24 - 8 * i);
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
