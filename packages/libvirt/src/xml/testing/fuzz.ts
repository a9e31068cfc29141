import { LibvirtError } from '../../errors.ts';
import { generator, type Random } from '../../testing/random.ts';
import {
  checkXml,
  parseXml,
  plainOf,
  readCapabilities,
  readDomain,
  readDomainCapabilities,
  readNetwork,
  readNodeDevice,
  readNwfilter,
  readSecret,
  readSnapshot,
  readStoragePool,
  readStorageVolume,
  writeXml,
} from '../index.ts';
import { corpus } from './corpus.ts';

const READERS: readonly (readonly [RegExp, (text: string) => object])[] = [
  [/^(domain-(of|that)|every)/, readDomain],
  [/^domain-capabilities/, readDomainCapabilities],
  [/^capabilities/, readCapabilities],
  [/^network/, readNetwork],
  [/^storage-pool/, readStoragePool],
  [/^storage-volume/, readStorageVolume],
  [/^node-device/, readNodeDevice],
  [/^nwfilter/, readNwfilter],
  [/^secret/, readSecret],
  [/^snapshot/, readSnapshot],
];

/** What breaks parsers: markup in the wrong place, references, other line ends, characters that are not allowed. */
const SCRAPS = [
  ...['<', '>', '&', '"', "'", '/', '=', '!', '?', '-', ']', ';', ':', '\0', '\t', '\n', '\r', '\r\n', ' ', '\u{FEFF}'],
  ...['<!--', '-->', '--', '<![CDATA[', ']]>', '<?', '?>', '<?xml version="1.0"?>', '</', '/>', '<a>', '</a>', '<a/>'],
  ...[
    '&amp;',
    '&#0;',
    '&#x110000;',
    '&#99999999999999999999;',
    '&#xD800;',
    '&nbsp;',
    '&lol;',
    '<!DOCTYPE x [',
    '<!ENTITY',
  ],
  ...["xmlns='urn:x'", "xmlns:qemu='urn:x'", ' __proto__="x"', ' constructor="x"', '中', '😀', '\u{D800}', '\u{DC00}'],
  ...[
    '-1',
    '0',
    '18446744073709551616',
    '1e999',
    '0x10',
    'NaN',
    'yes',
    'unheard-of',
    'x'.repeat(10_000),
    '<a>'.repeat(600),
  ],
];

export interface FuzzResult {
  /** Texts that were still XML; those among them that were typed documents without a fault. */
  readonly wellFormed: number;
  readonly sound: number;
  readonly refused: number;
  /** The slowest document, ms. */
  readonly slowestMs: number;
}

/**
 * Mutates documents and reads them in every way. Throws if anything but INVALID_XML with line and column comes out, or
 * if a text does not come back as it was.
 */
export function fuzz(documents: number, seed: number): FuzzResult {
  const random = generator(seed);
  const result = { wellFormed: 0, sound: 0, refused: 0, slowestMs: 0 };
  const names = [...corpus.keys()];
  for (let n = 0; n < documents; n++) {
    const name = names[random(names.length)]!;
    const text = mutate(corpus.get(name)!, random);
    const from = performance.now();
    try {
      tryAll(name, text, result);
    } catch (error) {
      throw new Error(`document ${n} of seed ${seed}: ${JSON.stringify(text.slice(0, 2000))}`, { cause: error });
    }
    result.slowestMs = Math.max(result.slowestMs, performance.now() - from);
  }
  return result;
}

function tryAll(name: string, text: string, result: { wellFormed: number; sound: number; refused: number }): void {
  const tree = attempt(() => parseXml(text));
  if (!tree) {
    result.refused++;
    return;
  }
  result.wellFormed++;
  if (writeXml(tree) !== text) throw new Error('it does not come back as it was');
  const read = READERS.find(([names]) => names.test(name))![1];
  const view = attempt(() => read(text));
  if (!view) return;
  attempt(() => plainOf(view));
  const mismatch = checkXml(view);
  if (mismatch === undefined) result.sound++;
  else if (mismatch.message === '' || mismatch.line === undefined) throw new Error('an unclear mismatch');
}

/** Undefined where the library refuses with its error and the place. */
function attempt<Value>(act: () => Value): Value | undefined {
  try {
    return act();
  } catch (error) {
    const placed =
      error instanceof LibvirtError && error.code === 'INVALID_XML' && /line \d+, column \d+: ./.test(error.message);
    if (!placed) throw error;
    return undefined;
  }
}

function mutate(text: string, random: Random): string {
  let mutated = text;
  if (random(2) === 0) {
    for (let left = 1 + random(6); left > 0; left--)
      mutated = random(2) === 0 ? swapWords(mutated, random) : moveLine(mutated, random);
    return mutated;
  }
  for (let left = 1 + random(4); left > 0; left--) {
    const at = random(mutated.length + 1);
    const to = Math.min(mutated.length, at + 1 + random(random(4) === 0 ? 400 : 6));
    const scrap = SCRAPS[random(SCRAPS.length)]!;
    const change = random(6);
    if (change === 0) mutated = mutated.slice(0, at) + scrap + mutated.slice(at);
    else if (change === 1) mutated = mutated.slice(0, at) + mutated.slice(to);
    else if (change === 2) mutated = mutated.slice(0, at) + scrap + mutated.slice(to);
    else if (change === 3) mutated = mutated.slice(0, to) + mutated.slice(at, to) + mutated.slice(to);
    else if (change === 4) mutated = mutated.slice(0, at);
    else mutated = swapWords(mutated, random);
  }
  return mutated;
}

/** Mostly stays well-formed: one word of a document where another was. */
function swapWords(text: string, random: Random): string {
  const words = [...text.matchAll(/[\w.:/-]+/g)];
  if (words.length === 0) return text;
  const [from, into] = [words[random(words.length)]!, words[random(words.length)]!];
  return text.slice(0, into.index) + from[0] + text.slice(into.index + into[0].length);
}

/** libvirt prints most elements on a line of their own: one of them goes, comes twice, or elsewhere. */
function moveLine(text: string, random: Random): string {
  const lines = text.split('\n');
  const whole = lines.flatMap((line, n) => (/^\s*<(\S+).*(\/>|<\/\1>)$/.test(line) ? [n] : []));
  if (whole.length === 0) return text;
  const from = whole[random(whole.length)]!;
  const line = lines[from]!;
  if (random(2) === 0) lines.splice(from, 1);
  if (random(2) === 0) lines.splice(whole[random(whole.length)]!, 0, line);
  return lines.join('\n');
}
