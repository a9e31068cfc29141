import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  attribute,
  type Connection,
  child,
  connect,
  type Domain,
  type EventSubscription,
  enums,
  parseXml,
  type StoragePool,
  sizeInBytes,
  text,
} from '../index.ts';
import { PrivateLibvirtd } from '../testing/private-libvirtd.ts';
import { domainXml, echoBootSector, lifecycle, nextEvent, obstacle, virsh } from './fixture.ts';

describe.skipIf(obstacle() !== undefined)('a real libvirtd with QEMU', () => {
  let daemon: PrivateLibvirtd;
  let connection: Connection;
  let events: EventSubscription;
  let pool: StoragePool;
  let domain: Domain;

  beforeAll(async () => {
    daemon = await PrivateLibvirtd.start({ hostname: 'live-qemu' });
    connection = await connect({ uri: daemon.uri() });
    events = await connection.events.subscribe([
      'domain-lifecycle',
      'domain-device-added',
      'domain-device-removed',
      'domain-metadata-change',
      'domain-job-completed',
      'domain-graphics',
      'network-lifecycle',
      'storage-pool-lifecycle',
      'storage-pool-refresh',
      'secret-lifecycle',
      'secret-value-changed',
    ]);
  });

  afterAll(async () => {
    await connection?.close();
    await daemon?.stop();
  });

  test('the host is what virsh says it is', async () => {
    const { host } = connection;
    expect(await host.getHostname()).toBe(await virsh(daemon, 'hostname'));
    expect(await host.getURI()).toBe('qemu:///system');
    expect(await host.getCapabilities()).toBe(`${await virsh(daemon, 'capabilities')}\n`);
    const { release, ...version } = await host.getLibVersion();
    expect(await virsh(daemon, 'version')).toContain(`libvirt ${version.major}.${version.minor}.${release}`);
    const info = await host.getInfo();
    const nodeinfo = await virsh(daemon, 'nodeinfo');
    expect(nodeinfo).toContain(`CPU model:           ${info.model}\n`);
    expect(nodeinfo).toContain(`Memory size:         ${info.memoryKiB} KiB`);
    expect(text(parseXml(await host.getDomainCapabilities({ virttype: 'qemu' })), 'arch')).toBe('x86_64');
    expect((await host.getCPUMap()).online.length).toBe(info.cpus);
    expect(Object.keys(await host.getMemoryStats())).toEqual(expect.arrayContaining(['total', 'free']));
    expect(Object.keys(await host.getCPUStats())).toEqual(expect.arrayContaining(['user', 'idle']));
    expect((await host.getCPUModelNames('x86_64')).join('\n')).toBe(await virsh(daemon, 'cpu-models', 'x86_64'));
  });

  test('node devices, packet filters and secrets', async () => {
    const devices = await connection.nodeDevices.list();
    expect(devices.map(({ name }) => name).sort()).toEqual((await virsh(daemon, 'nodedev-list')).split('\n').sort());
    const computer = await connection.nodeDevices.lookupByName('computer');
    expect(text(parseXml(await computer.getXMLDesc()), 'name')).toBe('computer');

    const filter = await connection.nwfilters.defineXML(
      `<filter name='drop-all'><rule action='drop' direction='inout' priority='500'/></filter>`,
    );
    expect(await virsh(daemon, 'nwfilter-list')).toContain(filter.uuid);
    await filter.undefine();

    const secret = await connection.secrets.defineXML(
      `<secret ephemeral='no' private='no'><usage type='volume'><volume>/none</volume></usage></secret>`,
    );
    await secret.setValue(Buffer.from('s3cret\0bytes'));
    expect(Buffer.from(await secret.getValue()).toString('latin1')).toBe('s3cret\0bytes');
    await secret.undefine();
    await nextEvent(events, (event) => event.kind === 'secret-value-changed' && event.secret.uuid === secret.uuid);
  });

  test('a storage pool and its volumes, bytes there and back', async () => {
    pool = await connection.storagePools.defineXML(
      `<pool type='dir'><name>images</name><target><path>${daemon.folder}/images</path></target></pool>`,
    );
    await pool.build();
    await pool.create();
    await pool.setAutostart(true);
    expect(await virsh(daemon, 'pool-info', 'images')).toMatch(/State: +running[\s\S]*Autostart: +yes/);
    expect((await pool.getInfo()).state).toBe('RUNNING');
    await nextEvent(events, (event) => event.kind === 'storage-pool-lifecycle' && event.event === 'STARTED');

    const volume = await pool.createVolumeXML(
      `<volume><name>raw.img</name><capacity unit='MiB'>3</capacity><target><format type='raw'/></target></volume>`,
    );
    const bytes = Buffer.alloc(3 * 1024 * 1024, 'what goes up comes down. ');
    await pipeline([bytes], await volume.upload());
    expect((await buffer(await volume.download())).equals(bytes)).toBe(true);
    expect(
      (await buffer(await volume.download({ offset: 1000, length: 500 }))).equals(bytes.subarray(1000, 1500)),
    ).toBe(true);

    const sparse = await pool.createVolumeXML(
      `<volume><name>sparse.img</name><capacity unit='MiB'>8</capacity><allocation>0</allocation><target><format type='raw'/></target></volume>`,
    );
    const upload = await sparse.uploadSparse();
    await upload.writeHole(4 * 1024 * 1024);
    await upload.write(Buffer.from('in the middle'));
    await upload.writeHole(4 * 1024 * 1024 - 13);
    await upload.finish();
    const packets = [];
    for await (const packet of await sparse.downloadSparse()) packets.push(packet);
    expect(packets[0]).toEqual({ hole: 4 * 1024 * 1024 });
    const whole = await buffer(await sparse.download());
    expect(whole.length).toBe(8 * 1024 * 1024);
    expect(whole.subarray(4 * 1024 * 1024, 4 * 1024 * 1024 + 13).toString()).toBe('in the middle');

    const disk = await pool.createVolumeXMLFrom(
      `<volume><name>disk.qcow2</name><capacity unit='MiB'>3</capacity><target><format type='qcow2'/><compat>1.1</compat></target></volume>`,
      volume,
    );
    await disk.resize(16 * 1024 * 1024);
    expect((await disk.getInfo()).capacityBytes).toBe(16 * 1024 * 1024);
    expect(await disk.getPath()).toBe(`${daemon.folder}/images/disk.qcow2`);
    await pool.refresh();
    expect((await pool.listVolumes()).map(({ name }) => name).sort()).toEqual(['disk.qcow2', 'raw.img', 'sparse.img']);
    await disk.delete();
    await expect(pool.lookupVolumeByName('disk.qcow2')).rejects.toMatchObject({ code: 'NO_STORAGE_VOL' });
  });

  test('an upload that the daemon cannot take fails with its reason', async () => {
    const volume = await pool.lookupVolumeByName('raw.img');
    await expect(volume.upload({ offset: 2n ** 63n })).rejects.toMatchObject({
      code: expect.any(String),
      procedure: 'storageVolUpload',
    });
    expect(connection.isOpen).toBe(true);
  });

  test('a network with DHCP', async () => {
    const network = await connection.networks.defineXML(
      `<network><name>lan</name><bridge name='virbr-t'/><ip address='192.168.77.1' netmask='255.255.255.0'><dhcp><range start='192.168.77.10' end='192.168.77.20'/></dhcp></ip></network>`,
    );
    await network.create();
    await nextEvent(events, (event) => event.kind === 'network-lifecycle' && event.event === 'STARTED');
    expect(await network.getBridgeName()).toBe('virbr-t');
    await network.update('ADD_LAST', 'IP_DHCP_HOST', `<host mac='52:54:00:00:00:01' ip='192.168.77.15'/>`, 1);
    expect(await virsh(daemon, 'net-dumpxml', 'lan')).toContain('192.168.77.15');
    expect(await network.getDHCPLeases()).toEqual([]);
    await network.destroy();
    await network.undefine();
    await expect(connection.networks.lookupByName('lan')).rejects.toMatchObject({ code: 'NO_NETWORK' });
  });

  test('a domain is defined and boots what we uploaded', async () => {
    const raw = await pool.createVolumeXML(
      `<volume><name>echo.raw</name><capacity unit='MiB'>1</capacity><target><format type='raw'/></target></volume>`,
    );
    await pipeline([echoBootSector()], await raw.upload());
    const disk = await pool.createVolumeXMLFrom(
      `<volume><name>echo.qcow2</name><capacity unit='MiB'>1</capacity><target><format type='qcow2'/><compat>1.1</compat></target></volume>`,
      raw,
    );
    domain = await connection.domains.defineXML(
      domainXml('echo', await disk.getPath()),
      enums.DomainDefineFlags.VALIDATE,
    );
    await nextEvent(events, lifecycle('echo', 'DEFINED'));
    expect(domain.ref.id).toBe(-1);
    domain = await domain.create(enums.DomainCreateFlags.START_PAUSED);
    await nextEvent(events, lifecycle('echo', 'STARTED', 'BOOTED'));
    expect(domain.ref.id).toBeGreaterThan(0);
    expect(await domain.getState()).toEqual({ state: 'PAUSED', reason: 'USER' });
  });

  test('its console speaks both ways', async () => {
    const console = await domain.openConsole(null, enums.DomainConsoleFlags.FORCE);
    const heard: Buffer[] = [];
    const until = async (wanted: string) => {
      while (!Buffer.concat(heard).toString('latin1').includes(wanted)) {
        const [data] = (await once(console, 'data', { signal: AbortSignal.timeout(60_000) })) as [Buffer];
        heard.push(data);
      }
    };
    await domain.resume();
    await until('!');
    console.write('salve domus');
    await until('salve domus');
    console.destroy();
    expect(await domain.getState()).toMatchObject({ state: 'RUNNING' });
  });

  test('its screen is a picture', async () => {
    const { mime, image } = await domain.screenshot();
    const bytes = await buffer(image);
    expect(mime).toBe('image/png');
    expect(bytes.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
    expect(bytes.subarray(-8, -4).toString()).toBe('IEND');
    expect(bytes.readUInt32BE(16)).toBeGreaterThanOrEqual(640);
    await domain.sendKey([30], enums.KeycodeSet.LINUX);
  });

  test('what it is and what it uses', async () => {
    const info = await domain.getInfo();
    expect(info).toMatchObject({ state: 'RUNNING', maxMemoryKiB: 32768, vcpus: 1 });
    expect(await virsh(daemon, 'dominfo', 'echo')).toContain(`Max memory:     ${info.maxMemoryKiB} KiB`);
    const xml = parseXml(await domain.getXMLDesc());
    expect(sizeInBytes(child(xml, 'memory'))).toBe(32 * 1024 * 1024);
    expect(attribute(child(xml, 'metadata', 'domus:vm'), 'id')).toBe('42');
    expect(await domain.devices.getBlockInfo('vda')).toMatchObject({ capacityBytes: 1024 * 1024 });
    expect((await domain.stats.memory())['actual_balloon']).toBe(32768);
    const [record] = await connection.domains.getAllDomainStats(0, 0, [domain]);
    expect(record!.domain.name).toBe('echo');
    expect(record!.stats).toMatchObject({
      'state.state': 1,
      'balloon.maximum': 32768,
      'vcpu.current': 1,
      'block.count': 1,
      'block.0.name': 'vda',
    });
    const witness = await virsh(daemon, 'domstats', 'echo', '--vcpu', '--block');
    expect(witness).toContain(`block.0.capacity=${record!.stats['block.0.capacity']}`);
    expect(await domain.guest.qemuMonitorCommand('info status', 1)).toContain('running');
    expect(JSON.parse(await domain.guest.qemuMonitorCommand('{"execute":"query-status"}'))).toMatchObject({
      return: { running: true },
    });
    await expect(domain.guest.qemuAgentCommand('{"execute":"guest-ping"}')).rejects.toMatchObject({
      code: 'ARGUMENT_UNSUPPORTED',
    });
    expect(await connection.domains.xmlToNative('qemu-argv', await domain.getXMLDesc())).toContain('-accel tcg');
  });

  test('metadata', async () => {
    await domain.metadata.setElement(
      'note',
      'https://domus.invalid/note/1',
      '<note>hello</note>',
      enums.DomainModificationImpact.CONFIG,
    );
    await nextEvent(
      events,
      (event) => event.kind === 'domain-metadata-change' && event.nsuri === 'https://domus.invalid/note/1',
    );
    expect(
      await domain.metadata.getElement('https://domus.invalid/note/1', enums.DomainModificationImpact.CONFIG),
    ).toContain('hello');
    await domain.metadata.setElement(
      'note',
      'https://domus.invalid/note/1',
      null,
      enums.DomainModificationImpact.CONFIG,
    );
    expect(await domain.metadata.getElement('https://domus.invalid/note/1', 2)).toBeUndefined();
  });

  test('devices come and go', async () => {
    const volume = await pool.lookupVolumeByName('sparse.img');
    const disk = `<disk type='file'><driver name='qemu' type='raw'/><source file='${await volume.getPath()}'/><target dev='sda' bus='scsi'/></disk>`;
    await domain.devices.attach(`<controller type='scsi' model='virtio-scsi'/>`);
    await domain.devices.attach(disk);
    await nextEvent(events, (event) => event.kind === 'domain-device-added' && event.devAlias.startsWith('scsi0-'));
    expect(await virsh(daemon, 'domblklist', 'echo')).toContain('sda');
    await domain.devices.detach(disk);
    await nextEvent(events, (event) => event.kind === 'domain-device-removed' && event.devAlias.startsWith('scsi0-'));
  });

  test('pause, snapshot, managed save', async () => {
    await domain.suspend();
    await nextEvent(events, lifecycle('echo', 'SUSPENDED', 'PAUSED'));
    await domain.resume();
    await nextEvent(events, lifecycle('echo', 'RESUMED'));
    const snapshot = await domain.snapshots.createXML('<domainsnapshot><name>first</name></domainsnapshot>');
    expect((await domain.snapshots.list()).map(({ name }) => name)).toEqual(['first']);
    await snapshot.revert();
    expect(text(parseXml(await snapshot.getXMLDesc()), 'state')).toBe('running');
    await snapshot.delete();
    await domain.memory.managedSave();
    await nextEvent(events, lifecycle('echo', 'STOPPED', 'SAVED'));
    expect(await domain.memory.hasManagedSaveImage()).toBe(true);
    domain = await domain.create();
    await nextEvent(events, lifecycle('echo', 'STARTED', 'RESTORED'));
  });

  test('a migration to a host that is not there fails, and the guest stays', async () => {
    await domain.migration.setMaxSpeed(10);
    const nowhere = `qemu+unix:///system?socket=${daemon.folder}/nowhere`;
    await expect(domain.migration.toURI(nowhere, enums.DomainMigrateFlags.LIVE)).rejects.toMatchObject({
      procedure: 'domainMigratePerform3Params',
      domain: expect.any(String),
    });
    expect((await domain.getState()).state).toBe('RUNNING');
  });

  test('it ends', async () => {
    await domain.destroy();
    await nextEvent(events, lifecycle('echo', 'STOPPED', 'DESTROYED'));
    await domain.undefine();
    await nextEvent(events, lifecycle('echo', 'UNDEFINED'));
    expect(await connection.domains.find(domain.uuid)).toBeUndefined();
    expect(await virsh(daemon, 'list', '--all', '--name')).toBe('');
  });

  test('a procedure that this daemon does not know is an error, and the connection lives', async () => {
    await expect(
      connection.call('domainDelThrottleGroup', { dom: domain.ref, group: 'g', flags: 0 }),
    ).rejects.toMatchObject({ code: 'RPC' });
    expect(await connection.host.getType()).toBe('QEMU');
  });

  test('a read-only connection reads', async () => {
    const readonly = await connect({
      uri: 'qemu:///system',
      socketPath: `${daemon.folder}/run/libvirt-sock-ro`,
      readonly: true,
    });
    expect(await readonly.domains.list()).toEqual([]);
    await expect(readonly.domains.defineXML(domainXml('no', '/none'))).rejects.toMatchObject({
      code: 'OPERATION_DENIED',
    });
    await readonly.close();
  });
});
