/** What fuzzing begins with: recorded frames, and made-up ones for what no daemon here has said. */
import { MessageStatus, MessageType } from '../rpc/frame.ts';
import { XdrReader, XdrWriter } from '../xdr/index.ts';
import { eventsByName, proceduresByName, type RecordedFrame, readCorpus } from './corpus.ts';
import { codecOf } from './frame-codec.ts';

/** Bytes that decode to something in every codec: small counts, unions of a known type, optional fields present. */
const sample = Buffer.alloc(4096);
for (let at = 3; at < sample.length; at += 4) sample[at] = 1;

const recorded = readCorpus();

function whole(kinds: Omit<RecordedFrame, 'payload'>[]): RecordedFrame[] {
  const has = (kind: Omit<RecordedFrame, 'payload'>) =>
    recorded.some(
      ({ from, name, type, status }) =>
        from === kind.from && name === kind.name && type === kind.type && status === kind.status,
    );
  return kinds.filter((kind) => !has(kind)).map((kind) => ({ ...kind, payload: madeUp(kind) }));
}

function madeUp(kind: Omit<RecordedFrame, 'payload'>): Buffer {
  const codec = codecOf(kind)!;
  const writer = new XdrWriter();
  writer.begin(codec.name);
  codec.encode(writer, codec.decode(new XdrReader(sample, 0, sample.length, codec.name)));
  return Buffer.from(writer.finish());
}

const procedures = [...proceduresByName.keys()];

/** Replies of every procedure, and the errors that were recorded. */
export const replies: readonly RecordedFrame[] = [
  ...recorded.filter(({ from, type }) => from === 'daemon' && type === MessageType.REPLY),
  ...whole(procedures.map((name) => ({ from: 'daemon', name, type: MessageType.REPLY, status: MessageStatus.OK }))),
];

/** Messages of every kind, pings among them. */
export const messages: readonly RecordedFrame[] = [
  ...recorded.filter(({ from, type }) => from === 'daemon' && type === MessageType.MESSAGE),
  ...whole(
    [...eventsByName.keys()].map((name) => ({
      from: 'daemon',
      name,
      type: MessageType.MESSAGE,
      status: MessageStatus.OK,
    })),
  ),
];

const { STREAM, STREAM_HOLE } = MessageType;

/** Packets of the stream that is open: data, holes, its end and, with the errors of replies, its failure. */
export const packets: readonly RecordedFrame[] = [
  ...recorded.filter(({ from, type }) => from === 'daemon' && (type === STREAM || type === STREAM_HOLE)),
  ...recorded.filter(({ status }) => status === MessageStatus.ERROR).map((frame) => ({ ...frame, type: STREAM })),
].map((frame) => ({ ...frame, name: 'storageVolDownload' }));

/** Calls of every procedure. */
export const calls: readonly RecordedFrame[] = [
  ...recorded.filter(({ from, type }) => from === 'client' && type === MessageType.CALL),
  ...whole(procedures.map((name) => ({ from: 'client', name, type: MessageType.CALL, status: MessageStatus.OK }))),
];

const argsByName = new Map(
  calls.map((frame) => [
    frame.name,
    codecOf(frame)!.decode(new XdrReader(frame.payload, 0, frame.payload.length, frame.name)),
  ]),
);

/** Arguments with which the procedure can be called. */
export function argsOf(name: string): unknown {
  return argsByName.get(name);
}

/** What a client sends besides: packets of its streams, their end and abort, pings. */
export const clientPackets: readonly RecordedFrame[] = recorded.filter(
  ({ from, type }) => from === 'client' && type !== MessageType.CALL,
);
