import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AdminConnection, type AdminServer, connect, connectAdmin } from '../index.ts';
import { PrivateLibvirtd } from '../testing/private-libvirtd.ts';
import { obstacle } from './fixture.ts';

const run = promisify(execFile);

describe.skipIf(obstacle() !== undefined)('the administrator of a real libvirtd', () => {
  let daemon: PrivateLibvirtd;
  let admin: AdminConnection;
  let server: AdminServer;
  const uri = () => `libvirtd:///system?socket=${daemon.folder}/run/libvirt-admin-sock`;
  const virtAdmin = async (...words: string[]) => (await run('virt-admin', ['-c', uri(), ...words])).stdout;

  beforeAll(async () => {
    daemon = await PrivateLibvirtd.start({ hostname: 'live-admin' });
    admin = await connectAdmin({ uri: uri() });
    server = await admin.lookupServer('libvirtd');
  });

  afterAll(async () => {
    await admin?.close();
    await daemon?.stop();
  });

  test('servers', async () => {
    expect((await admin.listServers()).map(({ name }) => name).sort()).toEqual(['admin', 'libvirtd']);
    expect((await admin.getLibVersion()).major).toBeGreaterThanOrEqual(9);
    await expect(admin.lookupServer('nobody')).rejects.toMatchObject({ code: 'NO_SERVER' });
    await expect(server.updateTlsFiles()).rejects.toMatchObject({ procedure: 'adminServerUpdateTlsFiles' });
  });

  test('workers are added while it runs', async () => {
    const before = await server.getThreadpoolParameters();
    expect(before.freeWorkers).toBeLessThanOrEqual(before.nWorkers);
    await server.setThreadpoolParameters({ minWorkers: 12, maxWorkers: 40, prioWorkers: 7 });
    const after = await server.getThreadpoolParameters();
    expect(after).toMatchObject({ minWorkers: 12, maxWorkers: 40, prioWorkers: 7 });
    expect(after.nWorkers).toBeGreaterThanOrEqual(12);
    expect(await virtAdmin('srv-threadpool-info', 'libvirtd')).toMatch(/^maxWorkers +: 40$/m);
    await expect(server.setThreadpoolParameters({ minWorkers: 50 })).rejects.toMatchObject({
      procedure: expect.any(String),
    });
  });

  test('clients are counted, and one too many is turned away', async () => {
    await using first = await connect({ uri: daemon.uri() });
    const limits = await server.getClientLimits();
    expect(limits).toMatchObject({ nclients_max: 5000, nclients: 1 });
    await server.setClientLimits({ nclients_max: 1, nclients_unauth_max: 1 });
    await expect(connect({ uri: daemon.uri(), connectDeadlineMs: 500 })).rejects.toMatchObject({
      phase: expect.any(String),
    });
    await server.setClientLimits({ nclients_max: limits.nclients_max });
    await using second = await connect({ uri: daemon.uri() });
    expect([first.isOpen, second.isOpen]).toEqual([true, true]);
    expect((await server.getClientLimits()).nclients_max).toBe(5000);
  });

  test('a client is known, and thrown out', async () => {
    const connection = await connect({ uri: daemon.uri() });
    const [client, ...others] = await server.listClients();
    expect(others).toEqual([]);
    expect(client!.transport).toBe('UNIX');
    expect(Date.now() - client!.connectedAt.getTime()).toBeLessThan(60_000);
    expect(await (await server.lookupClient(client!.id)).getInfo()).toMatchObject({
      readonly: false,
      unix_user_id: 0,
      unix_user_name: 'root',
      // The daemon sees no process of another pid namespace.
      unix_process_id: -1,
    });
    await client!.close();
    expect(await connection.closed).toMatchObject({ code: 'CONNECTION_LOST' });
    expect(await server.listClients()).toEqual([]);
  });

  test('the log is turned up and elsewhere', async () => {
    expect(await admin.getLoggingOutputs()).toBe('3:file:/var/log/libvirt/libvirtd.log');
    await admin.setLoggingOutputs('1:file:/var/log/libvirt/other.log');
    await admin.setLoggingFilters('1:rpc');
    expect((await admin.getLoggingFilters()).trim()).toBe('1:*rpc*');
    await using connection = await connect({ uri: daemon.uri() });
    await connection.host.getHostname();
    expect(await readFile(join(daemon.folder, 'log/other.log'), 'utf8')).toContain('virNetServer');
    await admin.setLoggingFilters(null);
    expect(await admin.getLoggingFilters()).toBe('');
    await admin.setLoggingOutputs('3:file:/var/log/libvirt/libvirtd.log');
  });

  test('it says goodbye; and where nobody listens it says so', async () => {
    const other = await connectAdmin({ uri: uri() });
    await other.setDaemonTimeout(0);
    await other.close();
    expect(await other.closed).toMatchObject({ code: 'CONNECTION_CLOSED' });
    expect(other.isOpen).toBe(false);
    await expect(connectAdmin({ uri: 'libvirtd:///system?socket=/nowhere' })).rejects.toMatchObject({
      code: 'CONNECTION_FAILED',
      phase: 'connect',
    });
    // The door of the clients is not that of the administrator.
    await expect(connectAdmin({ uri: `libvirtd:///system?socket=${daemon.socketPath}` })).rejects.toMatchObject({
      procedure: 'adminConnectOpen',
    });
  });
});
