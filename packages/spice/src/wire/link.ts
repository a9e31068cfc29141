import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { SpiceError } from './error.ts';
import { CHANNEL_NUMBERS, type ChannelType, COMMON_CAP, capabilityWords, hasCapability } from './protocol.ts';
import { encryptTicket } from './ticket.ts';

/**
 * The link phase, the same on every channel:
 *
 *   → "REDQ" major u32 minor u32 size u32 | connection_id u32, type u8, id u8, n_common u32, n_channel u32, caps_offset u32, caps
 *   ← "REDQ" major minor size             | error u32, public key (162 bytes), n_common, n_channel, caps_offset, caps
 *   → auth mechanism u32, ticket (128 bytes)
 *   ← result u32
 *
 * caps_offset counts from the start of the part behind the header. Source: spice/protocol.h.
 */
const MAGIC = 0x51444552;
const HEADER_BYTES = 16;
const KEY_BYTES = 162;
const MAX_REPLY_BYTES = 4096;
const AUTH_SPICE = 1;

/** Meaning of the link errors (SPICE_LINK_ERR_*). */
const LINK_ERRORS = [
  'ok',
  'error',
  'invalid magic',
  'invalid data',
  'version mismatch',
  'the channel needs TLS',
  'the channel must not use TLS',
  'permission denied',
  'bad connection id',
  'channel not available',
];

export interface LinkRequest {
  type: ChannelType;
  id: number;
  /** 0 for the main channel, then the session id of MAIN_INIT. */
  connectionId: number;
  channelCapabilities: readonly number[];
  password: string;
}

export interface LinkResult {
  miniHeader: boolean;
  commonCapabilities: number[];
  channelCapabilities: number[];
}

/** What the handshake wants next: to send bytes, or to be given exactly so many. */
export type LinkStep = { send: Uint8Array } | { need: number };

/**
 * The handshake as a conversation without I/O: yields steps, is resumed with the bytes a `need` asked for.
 * @throws SpiceError link | auth | malformed
 */
export function* link(request: LinkRequest): Generator<LinkStep, LinkResult, Uint8Array> {
  yield { send: encodeRequest(request) };
  const header = new ByteReader().reset(yield { need: HEADER_BYTES });
  if (header.u32() !== MAGIC) throw new SpiceError('link', 'the peer does not speak SPICE');
  const major = header.u32();
  header.skip(4);
  if (major !== 2) throw new SpiceError('link', `the peer speaks SPICE ${major}, not 2`);
  const size = header.u32();
  if (size > MAX_REPLY_BYTES) throw new SpiceError('malformed', `a link reply of ${size} bytes`);

  const reply = new ByteReader().reset(yield { need: size });
  const error = reply.u32();
  if (error !== 0)
    throw new SpiceError('link', `refused: ${LINK_ERRORS[error] ?? 'unknown reason'}`, { detail: error });
  const key = reply.take(KEY_BYTES);
  const commonCount = reply.u32();
  const channelCount = reply.u32();
  reply.jump(reply.u32());
  reply.need((commonCount + channelCount) * 4);
  const commonCapabilities = Array.from({ length: commonCount }, () => reply.u32());
  const channelCapabilities = Array.from({ length: channelCount }, () => reply.u32());

  const ticket = new ByteWriter(4 + 128);
  if (hasCapability(commonCapabilities, COMMON_CAP.AUTH_SELECTION)) ticket.u32(AUTH_SPICE);
  yield { send: ticket.put(encryptTicket(key, request.password)).finish() };
  const result = new ByteReader().reset(yield { need: 4 }).u32();
  if (result !== 0) {
    const reason = result === 7 ? 'wrong password' : (LINK_ERRORS[result] ?? `error ${result}`);
    throw new SpiceError('auth', `the server refused the ticket: ${reason}`, { detail: result });
  }
  return {
    miniHeader: hasCapability(commonCapabilities, COMMON_CAP.MINI_HEADER),
    commonCapabilities,
    channelCapabilities,
  };
}

function encodeRequest(request: LinkRequest): Uint8Array {
  const common = capabilityWords([COMMON_CAP.AUTH_SELECTION, COMMON_CAP.AUTH_SPICE, COMMON_CAP.MINI_HEADER]);
  const channel = capabilityWords(request.channelCapabilities);
  const fixed = 18;
  const writer = new ByteWriter(HEADER_BYTES + fixed + 4 * (common.length + channel.length));
  writer.u32(MAGIC).u32(2).u32(2);
  writer.u32(fixed + 4 * (common.length + channel.length));
  writer.u32(request.connectionId).u8(CHANNEL_NUMBERS[request.type]).u8(request.id);
  writer.u32(common.length).u32(channel.length).u32(fixed);
  for (const word of [...common, ...channel]) writer.u32(word);
  return writer.finish();
}
