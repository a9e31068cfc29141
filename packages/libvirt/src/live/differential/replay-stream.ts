/** Streams: sends what the other client sent, receives what there is. */
import { MessageStatus } from '../../rpc/frame.ts';
import type { PacketStream } from '../../streams/packet-stream.ts';
import type { Counterpart } from './counterpart.ts';
import type { TapPacket, TappedCall } from './tap.ts';

export async function replayStream(
  counterpart: Counterpart,
  { procedure, up, down }: TappedCall,
  args: unknown,
): Promise<{ ret: unknown; received: readonly TapPacket[] }> {
  const { ret, stream } = await counterpart.openStream(procedure, args);
  switch (procedure.stream) {
    case 'download': {
      const packets: TapPacket[] = [];
      for await (const packet of stream) packets.push(packet);
      return { ret, received: joined(packets) };
    }
    case 'duplex': {
      await send(stream, up);
      const packets: TapPacket[] = [];
      while (byteCount(packets) < byteCount(down)) {
        const packet = await stream.read();
        if (!packet) break;
        packets.push(packet);
      }
      stream.abort();
      return { ret, received: joined(packets) };
    }
    default:
      await send(stream, up);
      await stream.finish();
      return { ret, received: [] };
  }
}

async function send(stream: PacketStream, packets: readonly TapPacket[]): Promise<void> {
  for (const packet of packets) {
    if ('data' in packet) await stream.write(packet.data);
    else if ('hole' in packet) await stream.writeHole(packet.hole);
    else if ('status' in packet && packet.status === MessageStatus.ERROR) return;
  }
}

function byteCount(packets: readonly TapPacket[]): number {
  return packets.reduce((sum, packet) => sum + ('data' in packet ? packet.data.length : 0), 0);
}

/** Data and holes, whatever the packets they came in. */
export function joined(packets: readonly TapPacket[]): TapPacket[] {
  const whole: TapPacket[] = [];
  for (const packet of packets) {
    const last = whole.at(-1);
    if ('data' in packet && last && 'data' in last)
      whole[whole.length - 1] = { data: Buffer.concat([last.data, packet.data]) };
    else if ('data' in packet || 'hole' in packet) whole.push(packet);
  }
  return whole;
}
