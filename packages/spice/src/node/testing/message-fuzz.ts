import type { Channel, ChannelOwner } from '../../channels/channel.ts';
import { CursorChannel } from '../../channels/cursor.ts';
import { DisplayChannel, newDisplayShared } from '../../channels/display.ts';
import { InputsChannel } from '../../channels/inputs.ts';
import { MainChannel } from '../../channels/main.ts';
import { decodeJpeg } from '../../codecs/jpeg.ts';
import { ByteReader } from '../../wire/byte-reader.ts';
import { ByteWriter } from '../../wire/byte-writer.ts';
import { SpiceError } from '../../wire/error.ts';
import { MSG_CURSOR, MSG_DISPLAY, MSG_INPUTS, MSG_MAIN } from '../../wire/protocol.ts';
import { encodeJpeg } from '../server/encoders/jpeg.ts';
import { sceneSheet } from '../server/scenes/sheet.ts';
import { type Dice, diceOf } from './decoder-fuzz.ts';

/** A message of one channel, as a server may send it. */
interface Seed {
  channel: 'main' | 'display' | 'inputs' | 'cursor';
  type: number;
  body: Uint8Array;
}

export interface MessageCounts {
  accepted: number;
  refused: number;
}

/** After so many messages new channels: mutated ones leave little of the old ones' state. */
const SESSION = 400;
const none = (): void => undefined;
const owner: ChannelOwner = { processed: () => Promise.resolve(), progressed: none, ended: none };

/**
 * Sends mutated messages to channels of every kind, as if a server had sent them.
 * @throws Error when one is answered by anything but success or a SpiceError, naming its number and bytes
 */
export async function fuzzMessages(count: number, seed: number): Promise<MessageCounts> {
  const dice = diceOf(seed);
  const seeds = [...displaySeeds(seed), ...otherSeeds()];
  const counts: MessageCounts = { accepted: 0, refused: 0 };
  let channels = newChannels();
  const reader = new ByteReader();
  for (let i = 0; i < count; i++) {
    if (i % SESSION === 0) {
      channels = newChannels();
      await sent(channels.display, surfaceOf(dice), reader);
    }
    const { channel, type, body } = seeds[dice(seeds.length)]!;
    const bytes = mutated(body, dice);
    const message = { channel, type: dice(50) === 0 ? dice(320) : type, body: bytes };
    try {
      counts[await sent(channels[channel], message, reader)]++;
    } catch (cause) {
      const hex = Buffer.from(message.body).toString('base64');
      throw new Error(`message ${i}, ${channel} ${message.type}: ${hex}`, { cause });
    }
  }
  return counts;
}

type Channels = Record<Seed['channel'], Channel>;

function newChannels(): Channels {
  const display = { resized: none, drawn: none, blanked: none, heads: none };
  const events = { started: none, channels: none, named: none, mouseMode: none, agent: none, guestCopied: none };
  return {
    main: new MainChannel(owner, events),
    display: new DisplayChannel(0, owner, { shared: newDisplayShared(), jpeg: decodeJpeg, events: display }),
    inputs: new InputsChannel(0, owner, { locks: none }),
    cursor: new CursorChannel(0, owner, { cursor: none, cursorMoved: none }),
  };
}

async function sent(
  channel: Channel,
  { type, body }: Omit<Seed, 'channel'>,
  reader: ByteReader,
): Promise<keyof MessageCounts> {
  try {
    // A GLZ image may wait for one that never comes; a session gives up after a while, this does at once.
    const handled = channel['handle'](type, reader.reset(body));
    if (handled) await Promise.race([handled, new Promise((resolve) => setImmediate(resolve))]);
    return 'accepted';
  } catch (error) {
    if (error instanceof SpiceError) return 'refused';
    throw error;
  }
}

function surfaceOf(dice: Dice): Omit<Seed, 'channel'> {
  const size = 100 + dice(300);
  const body = new ByteWriter().u32(1).u32(size).u32(size).u32(32).u32(1).finish();
  return { type: MSG_DISPLAY.SURFACE_CREATE, body };
}

/** A few bytes or words to values that mean something more often than not; sometimes cut short or lengthened. */
function mutated(body: Uint8Array, dice: Dice): Uint8Array {
  const bytes = body.slice();
  if (bytes.length >= 4) {
    const view = new DataView(bytes.buffer);
    for (let left = dice(4); left > 0; left--) {
      // Most of a message is its image: what comes before decides what becomes of it.
      const at = dice(Math.min(bytes.length, dice(3) === 0 ? bytes.length : 120));
      const words = [
        0,
        1,
        0x7fffffff,
        0x80000000,
        0xffffffff,
        0x10000,
        bytes.length,
        view.getUint32(at & ~3 & (bytes.length - 4), true) + 1,
      ];
      if (dice(2) === 0) bytes[at]! ^= 1 << dice(8);
      else if (at + 4 <= bytes.length) view.setUint32(at, words[dice(words.length)]!, true);
    }
  }
  if (dice(12) === 0) return bytes.subarray(0, dice(bytes.length + 1));
  return dice(40) === 0 ? Buffer.concat([bytes, Buffer.alloc(1 + dice(64), 0xff)]) : bytes;
}

function displaySeeds(seed: number): Seed[] {
  const display = (type: number, body: ByteWriter): Seed => ({ channel: 'display', type, body: body.finish() });
  const draws = sceneSheet(seed).messages.filter(({ body }) => body.length < 8192);
  const pixels = Int32Array.from({ length: 256 }, (_, i) => Math.imul(i, 0x9e3779b1));
  const frame = encodeJpeg(16, 16, pixels, 8);
  const stream = new ByteWriter().u32(1).u32(3).u8(1).u8(1).u64(0n).u32(16).u32(16).u32(16).u32(16);
  const rect = [4, 4, 40, 40];
  for (const value of rect) stream.u32(value);
  const sized = new ByteWriter().u32(3).u32(0).u32(16).u32(16);
  for (const value of rect) sized.u32(value);
  const clip = new ByteWriter().u32(3).u8(1).u32(1);
  for (const value of rect) clip.u32(value);
  const messages = [
    display(MSG_DISPLAY.STREAM_CREATE, stream.u8(0)),
    display(MSG_DISPLAY.STREAM_DATA, new ByteWriter().u32(3).u32(0).u32(frame.length).put(frame)),
    display(MSG_DISPLAY.STREAM_DATA_SIZED, sized.u32(frame.length).put(frame)),
    display(MSG_DISPLAY.STREAM_CLIP, clip),
    display(MSG_DISPLAY.STREAM_DESTROY, new ByteWriter().u32(3)),
    display(MSG_DISPLAY.INVAL_LIST, new ByteWriter().u16(2).u8(1).u64(1n).u8(1).u64(2n)),
    display(MSG_DISPLAY.INVAL_ALL_PIXMAPS, new ByteWriter().u8(1).u8(2).u8(0).u64(0n)),
    display(MSG_DISPLAY.INVAL_PALETTE, new ByteWriter().u64(1n)),
    display(MSG_DISPLAY.INVAL_ALL_PALETTES, new ByteWriter()),
    display(MSG_DISPLAY.MODE, new ByteWriter().u32(320).u32(200).u32(32)),
    display(MSG_DISPLAY.RESET, new ByteWriter()),
    display(
      MSG_DISPLAY.MONITORS_CONFIG,
      new ByteWriter().u16(1).u16(4).u32(0).u32(1).u32(64).u32(48).u32(0).u32(0).u32(0),
    ),
  ];
  // As often as all drawing together: there are few of them.
  const repeated = Array.from({ length: 20 }, () => messages).flat();
  return [...draws.map(({ type, body }): Seed => ({ channel: 'display', type, body })), ...repeated];
}

function otherSeeds(): Seed[] {
  const seeds: Seed[] = [];
  const add = (channel: Seed['channel'], type: number, body: ByteWriter): void => {
    const seed = { channel, type, body: body.finish() };
    for (let i = 0; i < 12; i++) seeds.push(seed);
  };
  const agentCapabilities = new ByteWriter().u32(1).u32(6).u64(0n).u32(8).u32(1).u32(0xffff);
  const clipboard = new ByteWriter().u32(1).u32(4).u64(0n).u32(12).u32(0).u32(1).put([104, 101, 108, 108]);
  add('main', MSG_MAIN.INIT, new ByteWriter().u32(7).u32(1).u32(3).u32(2).u32(1).u32(10).u32(0).u32(0));
  add('main', MSG_MAIN.CHANNELS_LIST, new ByteWriter().u32(2).u8(2).u8(0).u8(3).u8(0));
  add('main', MSG_MAIN.MOUSE_MODE, new ByteWriter().u16(3).u16(2));
  add('main', MSG_MAIN.MULTI_MEDIA_TIME, new ByteWriter().u32(1000));
  add('main', MSG_MAIN.AGENT_CONNECTED_TOKENS, new ByteWriter().u32(10));
  add('main', MSG_MAIN.AGENT_DISCONNECTED, new ByteWriter().u32(1));
  add('main', MSG_MAIN.AGENT_DATA, agentCapabilities);
  add('main', MSG_MAIN.AGENT_DATA, clipboard);
  add('main', MSG_MAIN.AGENT_TOKEN, new ByteWriter().u32(5));
  add('main', MSG_MAIN.NAME, new ByteWriter().u32(5).put([103, 117, 101, 115, 116]));
  add('main', MSG_MAIN.UUID, new ByteWriter().put(new Uint8Array(16)));
  add('inputs', MSG_INPUTS.INIT, new ByteWriter().u16(2));
  add('inputs', MSG_INPUTS.KEY_MODIFIERS, new ByteWriter().u16(4));
  add('inputs', MSG_INPUTS.MOUSE_MOTION_ACK, new ByteWriter());
  for (const [type, bytes] of [
    [0, 16 * 16 * 4],
    [1, 2 * 2 * 16],
    [2, 16 * 8 + 64 + 32],
    [6, 16 * 16 * 4],
  ] as const) {
    const shape = new ByteWriter().u64(9n).u8(type).u16(16).u16(16).u16(1).u16(1).put(new Uint8Array(bytes).fill(0x5a));
    add('cursor', MSG_CURSOR.SET, new ByteWriter().u16(5).u16(5).u8(1).u16(2).put(shape.finish()));
  }
  add('cursor', MSG_CURSOR.INIT, new ByteWriter().u16(5).u16(5).u16(0).u16(0).u8(1).u16(1));
  add('cursor', MSG_CURSOR.MOVE, new ByteWriter().u16(9).u16(9));
  add('cursor', MSG_CURSOR.INVAL_ONE, new ByteWriter().u64(9n));
  return seeds;
}
