/** Numbers of the protocol (spice/enums.h, spice/protocol.h of spice-protocol), named as there. */

export const CHANNEL_NUMBERS = {
  main: 1,
  display: 2,
  inputs: 3,
  cursor: 4,
  playback: 5,
  record: 6,
  smartcard: 8,
  usbredir: 9,
  port: 10,
  webdav: 11,
} as const;

export type ChannelType = keyof typeof CHANNEL_NUMBERS;

export function channelTypeOf(number: number): ChannelType | undefined {
  for (const [type, value] of Object.entries(CHANNEL_NUMBERS)) if (value === number) return type as ChannelType;
  return undefined;
}

export const COMMON_CAP = { AUTH_SELECTION: 0, AUTH_SPICE: 1, AUTH_SASL: 2, MINI_HEADER: 3 } as const;
export const MAIN_CAP = { NAME_AND_UUID: 1, AGENT_CONNECTED_TOKENS: 2 } as const;
export const DISPLAY_CAP = {
  SIZED_STREAM: 0,
  MONITORS_CONFIG: 1,
  COMPOSITE: 2,
  A8_SURFACE: 3,
  LZ4_COMPRESSION: 5,
  PREF_COMPRESSION: 6,
  MULTI_CODEC: 8,
  CODEC_MJPEG: 9,
} as const;
export const INPUTS_CAP = { KEY_SCANCODE: 0 } as const;

/** Capability numbers as the words that travel (bit n of word n / 32). */
export function capabilityWords(numbers: readonly number[]): number[] {
  const words: number[] = [];
  for (const number of numbers) {
    const word = number >>> 5;
    while (words.length <= word) words.push(0);
    words[word]! |= 1 << (number & 31);
  }
  return words;
}

export function hasCapability(words: readonly number[], number: number): boolean {
  return (((words[number >>> 5] ?? 0) >>> (number & 31)) & 1) === 1;
}

/** Server to client, on every channel. */
export const MSG = {
  MIGRATE: 1,
  MIGRATE_DATA: 2,
  SET_ACK: 3,
  PING: 4,
  WAIT_FOR_CHANNELS: 5,
  DISCONNECTING: 6,
  NOTIFY: 7,
  LIST: 8,
} as const;

/** Client to server, on every channel. */
export const MSGC = { ACK_SYNC: 1, ACK: 2, PONG: 3, MIGRATE_FLUSH_MARK: 4, DISCONNECTING: 6 } as const;

export const MSG_MAIN = {
  MIGRATE_BEGIN: 101,
  MIGRATE_CANCEL: 102,
  INIT: 103,
  CHANNELS_LIST: 104,
  MOUSE_MODE: 105,
  MULTI_MEDIA_TIME: 106,
  AGENT_CONNECTED: 107,
  AGENT_DISCONNECTED: 108,
  AGENT_DATA: 109,
  AGENT_TOKEN: 110,
  MIGRATE_SWITCH_HOST: 111,
  MIGRATE_END: 112,
  NAME: 113,
  UUID: 114,
  AGENT_CONNECTED_TOKENS: 115,
} as const;

export const MSGC_MAIN = {
  ATTACH_CHANNELS: 104,
  MOUSE_MODE_REQUEST: 105,
  AGENT_START: 106,
  AGENT_DATA: 107,
  AGENT_TOKEN: 108,
} as const;

export const MSG_DISPLAY = {
  MODE: 101,
  MARK: 102,
  RESET: 103,
  COPY_BITS: 104,
  INVAL_LIST: 105,
  INVAL_ALL_PIXMAPS: 106,
  INVAL_PALETTE: 107,
  INVAL_ALL_PALETTES: 108,
  STREAM_CREATE: 122,
  STREAM_DATA: 123,
  STREAM_CLIP: 124,
  STREAM_DESTROY: 125,
  STREAM_DESTROY_ALL: 126,
  DRAW_FILL: 302,
  DRAW_OPAQUE: 303,
  DRAW_COPY: 304,
  DRAW_BLEND: 305,
  DRAW_BLACKNESS: 306,
  DRAW_WHITENESS: 307,
  DRAW_INVERS: 308,
  DRAW_ROP3: 309,
  DRAW_STROKE: 310,
  DRAW_TEXT: 311,
  DRAW_TRANSPARENT: 312,
  DRAW_ALPHA_BLEND: 313,
  SURFACE_CREATE: 314,
  SURFACE_DESTROY: 315,
  STREAM_DATA_SIZED: 316,
  MONITORS_CONFIG: 317,
  DRAW_COMPOSITE: 318,
} as const;

export const MSGC_DISPLAY = { INIT: 101, PREFERRED_COMPRESSION: 103 } as const;

/** Ways in which the server may compress images (SPICE_IMAGE_COMPRESSION_*). */
export const IMAGE_COMPRESSION = { off: 1, auto_glz: 2, auto_lz: 3, quic: 4, glz: 5, lz: 6, lz4: 7 } as const;
export type ImageCompression = keyof typeof IMAGE_COMPRESSION;

export const MSG_INPUTS = { INIT: 101, KEY_MODIFIERS: 102, MOUSE_MOTION_ACK: 111 } as const;
export const MSGC_INPUTS = {
  KEY_DOWN: 101,
  KEY_UP: 102,
  KEY_MODIFIERS: 103,
  KEY_SCANCODE: 104,
  MOUSE_MOTION: 111,
  MOUSE_POSITION: 112,
  MOUSE_PRESS: 113,
  MOUSE_RELEASE: 114,
} as const;

export const MSG_CURSOR = {
  INIT: 101,
  RESET: 102,
  SET: 103,
  MOVE: 104,
  HIDE: 105,
  TRAIL: 106,
  INVAL_ONE: 107,
  INVAL_ALL: 108,
} as const;

export const MOUSE_MODE = { SERVER: 1, CLIENT: 2 } as const;

/** Lock keys: bits of KEY_MODIFIERS. */
export const LOCK = { SCROLL: 1, NUM: 2, CAPS: 4 } as const;
