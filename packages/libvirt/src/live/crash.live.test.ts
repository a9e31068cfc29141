import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect, ReconnectingConnection, type ReconnectingEvent } from '../index.ts';
import { PrivateLibvirtd } from '../testing/private-libvirtd.ts';
import { obstacle, virsh } from './fixture.ts';

const bootless = `<domain type='qemu'><name>survivor</name><memory unit='MiB'>32</memory><os><type arch='x86_64' machine='pc'>hvm</type></os><devices><controller type='usb' model='none'/></devices></domain>`;

describe.skipIf(obstacle() !== undefined)('a libvirtd that is killed', () => {
  let daemon: PrivateLibvirtd;
  const stop = new AbortController();

  beforeAll(async () => {
    daemon = await PrivateLibvirtd.start({ hostname: 'live-crash' });
  });

  afterAll(async () => {
    stop.abort();
    await daemon?.stop();
  });

  test('wakes all waiters; the connection comes back with its events, and the guest never noticed', async () => {
    const connection = new ReconnectingConnection({
      uri: daemon.uri(),
      signal: stop.signal,
      minimumRetryMs: 50,
      maximumRetryMs: 500,
    });
    const events = connection[Symbol.asyncIterator]();
    const next = async <Kind extends ReconnectingEvent['kind']>(kind: Kind) => {
      for (;;) {
        const { value } = await events.next();
        if (!value) throw new Error('the events ended');
        if (value.kind === kind) return value as Extract<ReconnectingEvent, { kind: Kind }>;
      }
    };
    const { connection: first } = await next('up');
    await next('resynchronise');
    const domain = await (await first.domains.defineXML(bootless)).create();
    const id = await virsh(daemon, 'domid', 'survivor');

    await daemon.kill();
    expect((await next('down')).error.code).toBe('CONNECTION_LOST');
    await expect(domain.getInfo()).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    await expect(connect({ uri: daemon.uri() })).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });

    await daemon.start();
    const { connection: second } = await next('up');
    await next('resynchronise');
    const adopted = await second.domains.lookupByUUID(domain.uuid);
    expect(String(adopted.ref.id)).toBe(id);
    expect((await adopted.getState()).state).toBe('RUNNING');
    // The daemon adopts in the background; what asks the monitor waits until it has, and destroying earlier races with it.
    expect(await adopted.guest.qemuMonitorCommand('info status', 1)).toContain('running');
    await adopted.destroy();
    let event = await next('domain-lifecycle');
    while (event.event !== 'STOPPED') event = await next('domain-lifecycle');
    expect(event).toMatchObject({ detail: 'DESTROYED', domain: { name: 'survivor' } });
  });
});
