import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Connection, connect, connectAdmin, type Domain } from '../index.ts';
import { PrivateLibvirtd } from '../testing/private-libvirtd.ts';
import { obstacle } from './fixture.ts';

const run = promisify(execFile);
const guest = (name: string) =>
  `<domain type='qemu'><name>${name}</name><memory unit='MiB'>32</memory><os><type arch='x86_64' machine='pc'>hvm</type></os><devices><controller type='usb' model='none'/></devices></domain>`;

describe.skipIf(obstacle() !== undefined)('a hypervisor that hangs', () => {
  let daemon: PrivateLibvirtd;
  let pid: string;
  const inside = async (...command: string[]) => {
    const [program, words] = daemon.inside(...command);
    return (await run(program, words)).stdout.trim();
  };

  beforeAll(async () => {
    daemon = await PrivateLibvirtd.start({ hostname: 'live-slots' });
    await using connection = await connect({ uri: daemon.uri() });
    await connection.domains.createXML(guest('lively'));
    await connection.domains.createXML(guest('frozen'));
    pid = await inside('cat', '/run/libvirt/qemu/frozen.pid');
    await inside('kill', '-STOP', pid);
  });

  afterAll(() => daemon?.stop());

  /** Each of these waits for QEMU's monitor, one after the other. */
  const ask = (frozen: Domain) =>
    Array.from({ length: 6 }, () => frozen.guest.qemuMonitorCommand('{"execute":"query-status"}'));

  async function both(connection: Connection): Promise<[frozen: Domain, lively: Domain]> {
    const { domains } = connection;
    return Promise.all([domains.lookupByName('frozen'), domains.lookupByName('lively')]);
  }

  test('does not hold up what never waits for a guest; nor, with more connections and workers, what may', async () => {
    await using one = await connect({ uri: daemon.uri() });
    const [frozen, lively] = await both(one);
    const hung = ask(frozen);
    expect(one.isBusy).toBe(true);
    expect((await lively.getState()).state).toBe('RUNNING');
    expect((await one.domains.list()).map(({ name }) => name).sort()).toEqual(['frozen', 'lively']);
    await expect(lively.getInfo({ deadlineMs: 100 })).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });

    // libvirt 9 starts no more than one worker beyond min_workers (5) while calls queue, whatever max_workers says.
    await using admin = await connectAdmin({
      uri: `libvirtd:///system?socket=${daemon.folder}/run/libvirt-admin-sock`,
    });
    await (await admin.lookupServer('libvirtd')).setThreadpoolParameters({ minWorkers: 20 });
    await using more = await connect({ uri: daemon.uri(), maxConnections: 3 });
    const [sameFrozen, sameLively] = await both(more);
    hung.push(...ask(sameFrozen));
    expect((await sameLively.getInfo()).state).toBe('RUNNING');
    expect(await sameLively.getXMLDesc()).toContain('<name>lively</name>');

    await inside('kill', '-CONT', pid);
    for (const answer of await Promise.all(hung)) {
      expect(JSON.parse(answer)).toMatchObject({ return: { running: true } });
    }
    expect((await lively.getInfo()).state).toBe('RUNNING');
  });
});
