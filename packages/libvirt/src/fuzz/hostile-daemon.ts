/** Answers as a daemon would, but for the procedures that it was told to hold: what the client gets to read then is the test's affair. */
import type { ProcedureName, RetOf } from '../caller.ts';
import { encodeFrame, type FrameHeader, FrameReader, MessageStatus, MessageType } from '../rpc/frame.ts';
import { XdrWriter } from '../xdr/index.ts';
import { frameBytes, nameOf, proceduresByName, type RecordedFrame } from './corpus.ts';
import { replies } from './material.ts';
import type { Wire } from './wire.ts';

/** What must be so for a conversation to begin; everything else is answered as it was recorded. */
const OPENING: { readonly [Name in ProcedureName]?: RetOf<Name> } = {
  authList: { types: [0] },
  connectSupportsFeature: { supported: 1 },
  connectDomainEventCallbackRegisterAny: { callbackID: 1 },
};

const writer = new XdrWriter();

function payloadOf<Name extends ProcedureName>(name: Name, ret: unknown): Buffer {
  writer.begin(name);
  proceduresByName.get(name)!.encodeRet(writer, ret);
  return Buffer.from(writer.finish());
}

/** What a sound daemon answers, by procedure. */
export const answers: ReadonlyMap<string, RecordedFrame> = soundAnswers();

function soundAnswers(): Map<string, RecordedFrame> {
  const sound = replies.filter(({ status }) => status === MessageStatus.OK);
  const found = new Map(sound.map((frame) => [frame.name, frame]));
  for (const [name, ret] of Object.entries(OPENING)) {
    found.set(name, { ...found.get(name)!, payload: payloadOf(name as ProcedureName, ret) });
  }
  return found;
}

export class HostileDaemon {
  readonly wire: Wire;
  readonly #held = new Map<string, (serial: number) => void>();
  /** The serial of the stream that is open. */
  streamSerial = 0;

  constructor(wire: Wire) {
    this.wire = wire;
    const frames = new FrameReader((header) => {
      if (header.type === MessageType.CALL) this.#onCall(header);
      else if (header.type === MessageType.STREAM) this.#onStream(header);
    });
    wire.onSent = (bytes) => frames.push(bytes);
  }

  /** Leaves calls of a procedure to the test. */
  hold(name: string, onCall: (serial: number) => void): void {
    this.#held.set(name, onCall);
  }

  #onCall({ program, procedure, serial }: FrameHeader): void {
    const name = nameOf(program, procedure);
    if (name === undefined) throw new Error(`a client called procedure ${procedure} of program ${program}`);
    if (proceduresByName.get(name)!.stream) this.streamSerial = serial;
    const onCall = this.#held.get(name);
    if (onCall) onCall(serial);
    else this.answer(name, serial);
  }

  /** Says what was recorded. */
  answer(name: string, serial: number): void {
    this.wire.deliver(frameBytes(answers.get(name)!, serial));
  }

  /** Confirms that a stream is finished or given up. */
  #onStream(header: FrameHeader): void {
    if (header.status === MessageStatus.CONTINUE) return;
    this.wire.deliver(Buffer.from(encodeFrame(writer, 'daemon', { ...header, status: MessageStatus.OK })));
  }
}
