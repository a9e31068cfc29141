import { MSG } from '../../wire/protocol.ts';
import type { Recording } from '../recording.ts';
import type { ServerChannel } from './server-channel.ts';
import { SpiceServer, type SpiceServerOptions } from './spice-server.ts';

export interface ReplayOptions extends Pick<SpiceServerOptions, 'host' | 'port' | 'password'> {
  recording: Recording;
  /** `original`: each message at its time. `full`: as fast as the client takes them. */
  speed: 'original' | 'full';
  /** A client is about to be shown the recording. */
  onStart?: () => void;
  /** A client has processed all of it. */
  onEnd?: () => void;
}

/** A server that says again what another one said: to each client from the beginning. */
export function replay({ recording, speed, onStart, onEnd, ...listen }: ReplayOptions): Promise<SpiceServer> {
  const offered = new Map(recording.messages.map(({ channel }) => [`${channel.type} ${channel.id}`, channel] as const));
  const channels = [...offered.values()].filter(({ type }) => type !== 'main');
  const last = recording.messages.findLast(({ channel }) => channel.type === 'display')?.channel;
  return SpiceServer.listen({
    ...listen,
    channels,
    onChannel: (channel) => {
      if (channel.type === 'main') return;
      const isLast = channel.type === last?.type && channel.id === last.id;
      if (isLast) onStart?.();
      void play(channel, recording, speed).then(() => {
        if (isLast) onEnd?.();
      });
    },
  });
}

/** Resolves when the client has answered a ping behind the last message, or is gone. */
async function play(channel: ServerChannel, { messages }: Recording, speed: ReplayOptions['speed']): Promise<void> {
  const began = performance.now();
  for (const message of messages) {
    if (message.channel.type !== channel.type || message.channel.id !== channel.id) continue;
    if (HOUSEKEEPING.has(message.type)) continue;
    if (!channel.isOpen) return;
    const wait = speed === 'original' ? message.atMs - (performance.now() - began) : 0;
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    if (!channel.send(message.type, message.body)) await channel.drained();
  }
  await channel.answered();
}

/** What belongs to the connection that was recorded. */
const HOUSEKEEPING = new Set<number>([MSG.SET_ACK, MSG.PING, MSG.WAIT_FOR_CHANNELS, MSG.MIGRATE, MSG.MIGRATE_DATA]);
