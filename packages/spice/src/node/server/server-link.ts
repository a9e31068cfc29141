import { constants, generateKeyPairSync, privateDecrypt, timingSafeEqual } from 'node:crypto';
import { ByteReader } from '../../wire/byte-reader.ts';
import { ByteWriter } from '../../wire/byte-writer.ts';
import { SpiceError } from '../../wire/error.ts';
import { COMMON_CAP, capabilityWords, hasCapability } from '../../wire/protocol.ts';

/**
 * The server's side of the link phase; what travels is described at the client's (wire/link.ts). Like there it is a
 * conversation without I/O: it yields what it needs or sends, and returns who is there.
 */
const MAGIC = 0x51444552;
const HEADER_BYTES = 16;
const FIXED_BYTES = 18;
const TICKET_BYTES = 128;
/** SPICE_LINK_ERR_* */
const LINK_ERROR = { OK: 0, INVALID_MAGIC: 2, INVALID_DATA: 3, VERSION_MISMATCH: 4, PERMISSION_DENIED: 7 } as const;
const MAX_REQUEST_BYTES = 4096;

/** RSA-1024 is what the protocol prescribes; made once per process. */
let keys: { publicKey: Buffer; privateKey: string } | undefined;

export interface ServerLinkOptions {
  password: string;
  miniHeader: boolean;
  /** Capability numbers by channel type number. */
  capabilities: (type: number) => readonly number[];
}

export interface LinkedClient {
  connectionId: number;
  type: number;
  id: number;
  miniHeader: boolean;
  /** Capability words of the channel. */
  capabilities: number[];
}

export type ServerLinkStep = { send: Uint8Array } | { need: number };

/** @throws SpiceError link | auth, after the client was told */
export function* serverLink(options: ServerLinkOptions): Generator<ServerLinkStep, LinkedClient, Uint8Array> {
  const header = new ByteReader().reset(yield { need: HEADER_BYTES });
  if (header.u32() !== MAGIC) throw yield* refuse(LINK_ERROR.INVALID_MAGIC, 'not a SPICE client');
  const major = header.u32();
  header.skip(4);
  if (major !== 2) throw yield* refuse(LINK_ERROR.VERSION_MISMATCH, `a client of SPICE ${major}`);
  const size = header.u32();
  if (size < FIXED_BYTES || size > MAX_REQUEST_BYTES) {
    throw yield* refuse(LINK_ERROR.INVALID_DATA, `a link request of ${size} bytes`);
  }
  const request = new ByteReader().reset(yield { need: size });
  const connectionId = request.u32();
  const type = request.u8();
  const id = request.u8();
  const commonCount = request.u32();
  const channelCount = request.u32();
  request.jump(request.u32());
  request.need((commonCount + channelCount) * 4);
  const common = Array.from({ length: commonCount }, () => request.u32());
  const capabilities = Array.from({ length: channelCount }, () => request.u32());

  yield { send: reply(LINK_ERROR.OK, options, type) };
  if (hasCapability(common, COMMON_CAP.AUTH_SELECTION)) yield { need: 4 };
  if (!opens(yield { need: TICKET_BYTES }, options.password)) {
    yield { send: new ByteWriter(4).u32(LINK_ERROR.PERMISSION_DENIED).finish() };
    throw new SpiceError('auth', 'a wrong ticket');
  }
  yield { send: new ByteWriter(4).u32(LINK_ERROR.OK).finish() };
  const miniHeader = options.miniHeader && hasCapability(common, COMMON_CAP.MINI_HEADER);
  return { connectionId, type, id, miniHeader, capabilities };
}

function* refuse(error: number, message: string): Generator<ServerLinkStep, SpiceError, Uint8Array> {
  yield { send: reply(error, { miniHeader: false, capabilities: () => [] }, 0) };
  return new SpiceError('link', message, { detail: error });
}

function reply(error: number, options: Omit<ServerLinkOptions, 'password'>, type: number): Uint8Array {
  keys ??= generateKeyPairSync('rsa', {
    modulusLength: 1024,
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const mini = options.miniHeader ? [COMMON_CAP.MINI_HEADER] : [];
  const common = capabilityWords([COMMON_CAP.AUTH_SELECTION, COMMON_CAP.AUTH_SPICE, ...mini]);
  const channel = capabilityWords(options.capabilities(type));
  const body = new ByteWriter().u32(error).put(keys.publicKey);
  body.u32(common.length).u32(channel.length);
  body.u32(body.length + 4);
  for (const word of [...common, ...channel]) body.u32(word);
  const bytes = body.finish();
  return new ByteWriter().u32(MAGIC).u32(2).u32(2).u32(bytes.length).put(bytes).finish();
}

function opens(ticket: Uint8Array, password: string): boolean {
  let given: Buffer;
  try {
    const padding = constants.RSA_PKCS1_OAEP_PADDING;
    given = privateDecrypt({ key: keys!.privateKey, padding, oaepHash: 'sha1' }, ticket);
  } catch {
    return false; // no ticket for this key: as wrong as any other
  }
  const wanted = Buffer.from(`${password}\0`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
