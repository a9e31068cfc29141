import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { SpiceError } from './error.ts';
import { type LinkResult, link } from './link.ts';

const { publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 1024,
  publicKeyEncoding: { type: 'spki', format: 'der' },
  privateKeyEncoding: { type: 'pkcs8', format: 'der' },
});
const request = { type: 'display', id: 3, connectionId: 77, channelCapabilities: [0, 5, 33], password: '' } as const;

function reply({ error = 0, common = [0b1011], channel = [0b101], result = 0, magic = 'REDQ' } = {}): Uint8Array {
  const body = new ByteWriter().u32(error).put(publicKey).u32(common.length).u32(channel.length).u32(178);
  for (const word of [...common, ...channel]) body.u32(word);
  const header = new ByteWriter().put(Buffer.from(magic)).u32(2).u32(2).u32(body.length);
  return header.put(body.finish()).u32(result).finish();
}

/** Plays the conversation against a canned answer. */
function play(answer: Uint8Array): { sent: Uint8Array[]; result: LinkResult } {
  const steps = link(request);
  const sent: Uint8Array[] = [];
  let at = 0;
  let given: Uint8Array = new Uint8Array(0);
  for (;;) {
    const step = steps.next(given);
    if (step.done) return { sent, result: step.value };
    if ('send' in step.value) {
      sent.push(step.value.send);
      continue;
    }
    given = answer.subarray(at, at + step.value.need);
    at += step.value.need;
  }
}

describe('linking', () => {
  it('says which channel it wants and what it can do', () => {
    const { sent, result } = play(reply());
    const hello = new ByteReader().reset(sent[0]!);
    expect([hello.u32(), hello.u32(), hello.u32(), hello.u32()]).toEqual([0x51444552, 2, 2, sent[0]!.length - 16]);
    expect([hello.u32(), hello.u8(), hello.u8()]).toEqual([77, 2, 3]);
    expect([hello.u32(), hello.u32(), hello.u32()]).toEqual([1, 2, 18]);
    expect([hello.u32(), hello.u32(), hello.u32()]).toEqual([0b1011, 0b100001, 0b10]);
    expect(sent[1]!.length).toBe(4 + 128);
    expect(result).toEqual({ miniHeader: true, commonCapabilities: [0b1011], channelCapabilities: [0b101] });
  });

  it('leaves out the choice of authentication where the server does not offer one', () => {
    expect(play(reply({ common: [] })).sent[1]!.length).toBe(128);
  });

  it.each([
    [{ magic: 'HTTP' }, 'link'],
    [{ error: 9 }, 'link'],
    [{ result: 7 }, 'auth'],
  ] as const)('ends with a clear error for %o', (answer, code) => {
    expect(() => play(reply(answer))).toThrow(expect.objectContaining({ name: 'SpiceError', code }));
  });

  it('never fails otherwise, whatever byte of the reply is wrong', () => {
    const good = reply();
    for (let at = 0; at < good.length; at++) {
      const bad = good.slice();
      bad[at]! ^= 0xff;
      try {
        play(bad);
      } catch (error) {
        expect(error).toBeInstanceOf(SpiceError);
      }
    }
  });
});
