import { expect } from 'vitest';
import { ReconnectingConnection } from '../index.ts';
import type { PrivateLibvirtd } from '../testing/private-libvirtd.ts';

/** Kills the daemon under a connection that shall come back, and starts it again: the connection must do so too. */
export async function comesBack(uri: string, daemon: PrivateLibvirtd): Promise<void> {
  const controller = new AbortController();
  const link = new ReconnectingConnection({ uri, signal: controller.signal, minimumRetryMs: 50, maximumRetryMs: 200 });
  let ups = 0;
  let isBack = false;
  for await (const event of link) {
    if (event.kind === 'up' && ++ups === 2) break;
    if (event.kind === 'up') await daemon.kill();
    if (event.kind === 'down' && !isBack) {
      isBack = true;
      await daemon.start();
    }
  }
  expect(await (await link.ready(controller.signal)).host.getHostname()).toBe(daemon.hostname);
  controller.abort();
  await link.stopped;
}
