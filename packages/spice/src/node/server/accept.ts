import type { Socket } from 'node:net';
import { asSpiceError, SpiceError } from '../../wire/error.ts';
import { Framer } from '../../wire/framer.ts';
import { channelTypeOf } from '../../wire/protocol.ts';
import { ServerChannel } from './server-channel.ts';
import { type ServerLinkOptions, serverLink } from './server-link.ts';

/**
 * Links whoever connected and hands its channel to `ready`, before anything that the client sends on it is read.
 * @throws SpiceError link | auth | closed | malformed | limit
 */
export async function acceptChannel(
  socket: Socket,
  options: ServerLinkOptions,
  ready: (channel: ServerChannel) => void,
): Promise<void> {
  const framer = new Framer();
  let channel: ServerChannel | undefined;
  let failure: SpiceError | undefined;
  let wake = (): void => undefined;
  socket.on('error', (error) => {
    failure ??= asSpiceError(error, 'transport');
  });
  socket.on('close', () => {
    wake();
    channel?.onClosed(failure);
  });
  socket.on('data', (chunk) => {
    try {
      framer.push(chunk);
      if (channel) channel.receive();
      else wake();
    } catch (thrown) {
      failure = asSpiceError(thrown, 'malformed');
      socket.destroy();
    }
  });
  const bytes = async (count: number): Promise<Uint8Array> => {
    for (;;) {
      const taken = framer.take(count);
      if (taken) return taken;
      if (socket.destroyed) throw failure ?? new SpiceError('closed', 'closed while linking');
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  const steps = serverLink(options);
  for (let step = steps.next(new Uint8Array(0)); ; ) {
    if (step.done) {
      const type = channelTypeOf(step.value.type);
      if (type === undefined) throw new SpiceError('link', `channel type ${step.value.type}`);
      channel = new ServerChannel(socket, step.value, type, framer);
      ready(channel);
      channel.receive();
      return;
    }
    if ('need' in step.value) step = steps.next(await bytes(step.value.need));
    else {
      socket.write(step.value.send);
      step = steps.next(new Uint8Array(0));
    }
  }
}
