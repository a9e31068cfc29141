import { describe, expect, it } from 'vitest';
import { ByteReader } from '../wire/byte-reader.ts';
import { ByteWriter } from '../wire/byte-writer.ts';
import { Agent } from './agent.ts';

const CAPABILITIES = 0b1_0000_0110_0110; // monitors, reply, clipboard by demand with selections, positions

function message(type: number, body: ByteWriter): Uint8Array {
  const data = body.finish();
  return new ByteWriter().u32(1).u32(type).u64(0n).u32(data.length).put(data).finish();
}

/** A connected agent, and what it sends, put together again. */
function connected({ tokens = 100, capabilities = CAPABILITIES } = {}) {
  const chunks: Uint8Array[] = [];
  const told: unknown[] = [];
  const agent = new Agent((chunk) => chunks.push(chunk.slice()), {
    agent: (is) => told.push(is),
    guestCopied: (text) => told.push(text),
  });
  agent.connected(tokens);
  agent.receive(message(6, new ByteWriter().u32(0).u32(capabilities)));
  const sent = () => {
    const reader = new ByteReader().reset(Buffer.concat(chunks));
    const list: Array<{ type: number; body: Uint8Array }> = [];
    while (reader.remaining > 0) {
      reader.skip(4);
      const type = reader.u32();
      reader.skip(8);
      list.push({ type, body: reader.take(reader.u32()) });
    }
    return list;
  };
  return { agent, chunks, told, sent };
}

describe('the agent', () => {
  it('is ready once it has announced itself, and is told what we can', () => {
    const { agent, told, sent } = connected();
    expect(told).toEqual([true]);
    expect(sent()[0]?.type).toBe(6);
    agent.disconnected();
    expect([told, agent.ready]).toEqual([[true, false], false]);
  });

  it('fetches what was copied in the guest, however it is cut', () => {
    for (const cut of [1, 3, 2048]) {
      const { agent, told, sent } = connected();
      const said = [
        message(7, new ByteWriter().u32(0).u32(1)),
        message(4, new ByteWriter().u32(0).u32(1).put(Buffer.from('grüße\r\naus'))),
      ];
      for (const bytes of said) {
        for (let at = 0; at < bytes.length; at += cut) agent.receive(bytes.slice(at, at + cut));
      }
      expect(sent().map(({ type }) => type)).toContain(8);
      expect(told).toEqual([true, 'grüße\naus']);
    }
  });

  it('gives text to the guest when it asks, in chunks as tokens allow', () => {
    const { agent, chunks, sent } = connected({ tokens: 3 });
    const text = 'x'.repeat(5000);
    expect(agent.offerText(text)).toBe(true);
    agent.receive(message(8, new ByteWriter().u32(0).u32(1)));
    expect(chunks.length).toBe(3);
    agent.grant(10);
    expect(Math.max(...chunks.map(({ length }) => length))).toBe(2048);
    const { body } = sent().at(-1)!;
    expect([body[0], body[4], Buffer.from(body.subarray(8)).toString()]).toEqual([0, 1, text]);
  });

  it('arranges monitors with height before width', () => {
    const { agent, sent } = connected();
    expect(agent.configureMonitors([{ width: 1280, height: 720 }])).toBe(true);
    const reader = new ByteReader().reset(sent().at(-1)!.body);
    expect(Array.from({ length: 7 }, () => reader.u32())).toEqual([1, 1, 720, 1280, 32, 0, 0]);
  });

  it('promises nothing that the agent cannot do', () => {
    const { agent } = connected({ capabilities: 0 });
    expect([agent.offerText('x'), agent.configureMonitors([])]).toEqual([false, false]);
  });

  it('refuses messages that would fill the memory', () => {
    const { agent } = connected();
    const huge = new ByteWriter().u32(1).u32(4).u64(0n).u32(0xffffffff).finish();
    expect(() => agent.receive(huge)).toThrow(expect.objectContaining({ code: 'limit' }));
  });
});
