import { once } from 'node:events';
import { afterAll, describe, expect, test } from 'vitest';
import { type Connection, connect } from '../../connection.ts';
import * as enums from '../../generated/enums.ts';
import {
  checkXml,
  readCapabilities,
  readDomain,
  readDomainCapabilities,
  readNetwork,
  readNodeDevice,
  readSecret,
  readStoragePool,
  readStorageVolume,
} from '../../xml/index.ts';
import { Simulation } from './simulation.ts';

let nowMs = Date.parse('2026-01-01');
const simulation = new Simulation({ hosts: 1000, domainsPerHost: 100, nowMs: () => nowMs });
afterAll(() => simulation.close());
/** Each test has a host of its own. */
let next = 1;

async function open(index = next++) {
  const connection = await connect({ uri: `test:///host-${index}`, transport: simulation.transport });
  return { connection, host: simulation.host(index), name: (guest: number) => `host-${index}-vm-${guest}` };
}

const xmlOf = (name: string, more = '') =>
  `<domain type='test'><name>${name}</name><memory unit='MiB'>64</memory><vcpu>4</vcpu><os><type>hvm</type></os>${more}</domain>`;

describe('hosts', () => {
  test('are chosen by URI, and say what they are', async () => {
    const { connection } = await open(999);
    expect(await connection.host.getHostname()).toBe('host-999.simulation.invalid');
    expect(await connection.host.getURI()).toBe('test:///host-999');
    expect(await connection.host.getType()).toBe('Simulation');
    expect(await connection.host.getSysinfo()).toContain('Simulated host');
    const capabilities = readCapabilities(await connection.host.getCapabilities());
    expect(capabilities.host.secmodels?.[0]?.model).toBe('simulation');
    const guest = readDomain(await (await connection.domains.lookupByName('host-999-vm-0')).getXMLDesc());
    expect(String(guest)).toContain('xmlns:simulation="urn:domus:simulation:1" host="host-999"');
    const first = await connect({ uri: 'test:///default', transport: simulation.transport });
    expect(await first.host.getHostname()).toBe('host-0.simulation.invalid');
    for (const path of ['host-1000', 'host-x']) {
      const attempt = connect({ uri: `test:///${path}`, transport: simulation.transport });
      await expect(attempt).rejects.toMatchObject({ code: 'NO_CONNECT' });
    }
    expect(() => new Simulation({ hosts: 100_000 })).toThrow(expect.objectContaining({ code: 'VALUE_OUT_OF_RANGE' }));
  });

  test('may have a socket of their own, where any URI means them', async () => {
    const address = await simulation.listenAs(simulation.host(42), { port: 0 });
    if (!('port' in address)) throw new Error('no port');
    await using connection = await connect({ uri: `qemu+tcp://127.0.0.1:${address.port}/system` });
    expect(await connection.host.getHostname()).toBe('host-42.simulation.invalid');
  });

  test('keep only what was changed', async () => {
    const { connection, host, name } = await open();
    const domains = await connection.domains.list();
    expect(domains).toHaveLength(100);
    await connection.domains.getAllDomainStats();
    for (const domain of domains.slice(0, 20)) await domain.getXMLDesc();
    expect(host.domains.keptCount).toBe(0);
    await (await connection.domains.lookupByName(name(7))).destroy();
    expect(host.domains.keptCount).toBe(1);
    expect(await connection.domains.list()).toHaveLength(100);
    expect(await connection.domains.list(enums.ConnectListAllDomainsFlags.RUNNING)).toHaveLength(79);
  });

  test('all documents fit libvirt’s schemas', async () => {
    const { connection } = await open();
    const [domain] = await connection.domains.list();
    const [pool] = await connection.storagePools.list();
    const [volume] = await pool!.listVolumes();
    const [network] = await connection.networks.list();
    const secretXml = `<secret><usage type='ceph'><name>n</name></usage></secret>`;
    const { secret } = await connection.call('secretDefineXML', { xml: secretXml, flags: 0 });
    const documents = [
      readDomain(await domain!.getXMLDesc()),
      readDomain(await domain!.getXMLDesc(enums.DomainXMLFlags.INACTIVE)),
      readStoragePool(await pool!.getXMLDesc()),
      readStorageVolume(await volume!.getXMLDesc()),
      readNetwork(await network!.getXMLDesc()),
      readSecret((await connection.call('secretGetXMLDesc', { secret, flags: 0 })).xml),
      readCapabilities(await connection.host.getCapabilities()),
      readDomainCapabilities(await connection.host.getDomainCapabilities()),
      ...(await Promise.all((await connection.nodeDevices.list()).map((device) => device.getXMLDesc()))).map(
        readNodeDevice,
      ),
    ];
    expect(documents.map((document) => checkXml(document))).toEqual(documents.map(() => undefined));
  });
});

describe('domains', () => {
  test('lists by every filter, and the old calls beside it', async () => {
    const { connection } = await open();
    const { domains } = connection;
    const count = async (flags: number) => (await domains.list(flags)).length;
    const FLAG = enums.ConnectListAllDomainsFlags;
    await domains.createXML(xmlOf('passing'));
    expect(await count(FLAG.ACTIVE)).toBe(91);
    expect(await count(FLAG.INACTIVE)).toBe(10);
    expect(await count(FLAG.PAUSED | FLAG.SHUTOFF)).toBe(20);
    expect(await count(FLAG.RUNNING | FLAG.PERSISTENT)).toBe(80);
    expect(await count(FLAG.TRANSIENT)).toBe(1);
    expect(await count(FLAG.AUTOSTART)).toBe(50);
    expect(await count(FLAG.ACTIVE | FLAG.NO_AUTOSTART)).toBe(41);
    expect(await count(FLAG.HAS_SNAPSHOT)).toBe(0);
    expect(await count(FLAG.NO_CHECKPOINT | FLAG.NO_MANAGEDSAVE)).toBe(101);
    expect((await connection.call('connectNumOfDomains')).num).toBe(91);
    expect((await connection.call('connectListDomains', { maxids: 200 })).ids).toHaveLength(91);
    expect((await connection.call('connectNumOfDefinedDomains')).num).toBe(10);
    expect((await connection.call('connectListDefinedDomains', { maxnames: 3 })).names).toHaveLength(3);
  });

  test('are found by name, UUID and id, and no others are', async () => {
    const { connection, name } = await open();
    const domain = await connection.domains.lookupByName(name(41));
    expect((await connection.domains.lookupByUUID(domain.uuid)).name).toBe(name(41));
    expect((await connection.call('domainLookupByID', { id: 42 })).dom.name).toBe(name(41));
    for (const wrong of [name(100), name(-1), `${name(1)}0x`, 'other']) {
      await expect(connection.domains.lookupByName(wrong)).rejects.toMatchObject({ code: 'NO_DOMAIN' });
    }
    const elsewhere = simulation.host(0).domains.byName('host-0-vm-0').uuid;
    expect(await connection.domains.find(elsewhere)).toBeUndefined();
    await expect(connection.call('domainLookupByID', { id: 10 })).rejects.toMatchObject({ code: 'NO_DOMAIN' });
  });

  test('live from definition to undefinition, and every change is told', async () => {
    const { connection } = await open();
    const events = await connection.events.subscribe(['domain-lifecycle', 'domain-reboot', 'domain-metadata-change']);
    const domain = await connection.domains.defineXML(xmlOf('life'));
    await domain.create();
    await domain.suspend();
    expect(await domain.getState()).toEqual({ state: 'PAUSED', reason: 'USER' });
    await domain.resume();
    await domain.reboot();
    await domain.shutdown();
    expect(await domain.getState()).toEqual({ state: 'SHUTOFF', reason: 'SHUTDOWN' });
    await domain.create(enums.DomainCreateFlags.START_PAUSED);
    await domain.undefine();
    await domain.destroy();
    await expect(domain.getInfo()).rejects.toMatchObject({ code: 'NO_DOMAIN' });
    const told: string[] = [];
    while (told.length < 11) {
      const event = await events.next();
      if (event?.kind === 'domain-lifecycle') told.push(`${event.event} ${event.detail}`);
      else told.push(String(event?.kind));
    }
    expect(told).toEqual([
      'DEFINED ADDED',
      'STARTED BOOTED',
      'SUSPENDED PAUSED',
      'RESUMED UNPAUSED',
      'domain-reboot',
      'SHUTDOWN GUEST',
      'STOPPED SHUTDOWN',
      'STARTED BOOTED',
      'SUSPENDED PAUSED',
      'UNDEFINED REMOVED',
      'STOPPED DESTROYED',
    ]);
  });

  test('definitions are completed, refused where libvirt refuses, and never mixed up', async () => {
    const { connection, name } = await open();
    const { domains } = connection;
    const domain = await domains.defineXML(
      xmlOf('mine', `<devices><interface type='network'><source network='default'/></interface></devices>`),
    );
    const xml = readDomain(await domain.getXMLDesc());
    expect(xml.memory).toMatchObject({ unit: 'KiB', value: 65_536 });
    expect(xml.uuid).toBe(domain.uuid);
    expect(xml.devices?.interfaces?.[0]?.mac?.address).toMatch(/^52:54:00:/);
    expect(checkXml(xml)).toBeUndefined();
    const refused = (text: string, code: string) => expect(domains.defineXML(text)).rejects.toMatchObject({ code });
    await refused('<domain', 'XML_ERROR');
    await refused('<network/>', 'XML_ERROR');
    await refused(xmlOf('x').replace("'test'", "'kvm'"), 'CONFIG_UNSUPPORTED');
    await refused(xmlOf('x').replace('hvm', ''), 'OS_TYPE');
    const unknown = xmlOf('x', '<nonsense/>');
    const validated = domains.defineXML(unknown, enums.DomainDefineFlags.VALIDATE);
    await expect(validated).rejects.toMatchObject({ code: 'XML_INVALID_SCHEMA' });
    await (await domains.defineXML(unknown)).undefine();
    await refused(xmlOf(name(3)), 'OPERATION_FAILED');
    await refused(xmlOf('y', `<uuid>${domain.uuid}</uuid>`), 'OPERATION_FAILED');
    await domain.create();
    await domains.defineXML(xmlOf('mine', `<uuid>${domain.uuid}</uuid><title>changed</title>`));
    expect(readDomain(await domain.getXMLDesc()).title).toBeUndefined();
    expect(readDomain(await domain.getXMLDesc(enums.DomainXMLFlags.INACTIVE)).title).toBe('changed');
    await expect(domain.create()).rejects.toMatchObject({ code: 'OPERATION_INVALID' });
    await domain.destroy();
    await connection.call('domainRename', { dom: domain.ref, new_name: 'yours', flags: 0 });
    expect((await domains.lookupByName('yours')).uuid).toBe(domain.uuid);
    expect(readDomain(await domain.getXMLDesc()).name).toBe('yours');
    await expect(domains.lookupByName('mine')).rejects.toMatchObject({ code: 'NO_DOMAIN' });
  });

  test('sizes and metadata change in what runs, in what is defined, or in both', async () => {
    const { connection } = await open();
    const { CONFIG, LIVE } = enums.DomainModificationImpact;
    const domain = await connection.domains.defineXML(xmlOf('size'));
    await domain.create();
    const events = await connection.events.subscribe(['domain-balloon-change', 'domain-metadata-change']);
    await domain.setMemory(32_768, LIVE);
    expect(await events.next()).toMatchObject({ kind: 'domain-balloon-change', actualKiB: 32_768 });
    expect((await domain.getInfo()).memoryKiB).toBe(32_768);
    expect(readDomain(await domain.getXMLDesc(enums.DomainXMLFlags.INACTIVE)).currentMemory?.value).toBe(65_536);
    await expect(domain.setMemory(99_999, LIVE)).rejects.toMatchObject({ code: 'INVALID_ARG' });
    await domain.setVcpus(2, LIVE);
    await domain.setVcpus(1, CONFIG);
    expect((await domain.getInfo()).vcpus).toBe(2);
    const change = { dom: domain.ref, type: 2, metadata: '<a><b/></a>', key: 'k', uri: 'urn:k', flags: LIVE | CONFIG };
    await connection.call('domainSetMetadata', change);
    const asked = { dom: domain.ref, type: 2, uri: 'urn:k', flags: CONFIG };
    expect((await connection.call('domainGetMetadata', asked)).metadata).toBe('<a>\n  <b/>\n</a>');
    expect(await domain.getXMLDesc()).toContain('<k:a xmlns:k="urn:k">');
    await connection.call('domainSetMetadata', { ...change, metadata: null });
    await expect(connection.call('domainGetMetadata', asked)).rejects.toMatchObject({ code: 'NO_DOMAIN_METADATA' });
  });

  test('devices come and go', async () => {
    const { connection, name } = await open();
    const domain = await connection.domains.lookupByName(name(0));
    const events = await connection.events.subscribe(['domain-device-added', 'domain-device-removed']);
    const disk = `<disk type='file'><source file='/x.img'/><target dev='vdb'/></disk>`;
    const flags = { dom: domain.ref, xml: disk, flags: 3 };
    await connection.call('domainAttachDeviceFlags', flags);
    expect(await events.next()).toMatchObject({ kind: 'domain-device-added', devAlias: 'disk1' });
    await expect(connection.call('domainAttachDeviceFlags', flags)).rejects.toMatchObject({ code: 'OPERATION_FAILED' });
    expect(readDomain(await domain.getXMLDesc()).devices?.disks).toHaveLength(2);
    await connection.call('domainUpdateDeviceFlags', { ...flags, xml: disk.replace('/x.img', '/y.img') });
    expect(readDomain(await domain.getXMLDesc()).devices?.disks?.[1]?.source?.file).toBe('/y.img');
    expect((await connection.call('domainGetBlockInfo', { dom: domain.ref, path: 'vdb', flags: 0 })).capacity).toBe(
      20 * 1024 ** 3,
    );
    await connection.call('domainDetachDeviceFlags', flags);
    expect(await events.next()).toMatchObject({ kind: 'domain-device-removed', devAlias: 'disk1' });
    await expect(connection.call('domainDetachDeviceFlags', flags)).rejects.toMatchObject({ code: 'DEVICE_MISSING' });
    expect(readDomain(await domain.getXMLDesc(enums.DomainXMLFlags.INACTIVE)).devices?.disks).toHaveLength(1);
  });

  test('statistics grow with the host’s clock while a guest runs', async () => {
    const { connection, name } = await open();
    const [running, paused] = [
      await connection.domains.lookupByName(name(0)),
      await connection.domains.lookupByName(name(8)),
    ];
    const stats = async () =>
      (await connection.domains.getAllDomainStats(0, 0, [running, paused])).map((record) => record.stats);
    const [before, beforePaused] = await stats();
    nowMs += 60_000;
    const [after, afterPaused] = await stats();
    for (const key of ['cpu.time', 'net.0.rx.bytes', 'block.0.wr.bytes', 'vcpu.0.time']) {
      expect(after?.[key], key).toBeGreaterThan(Number(before?.[key]));
    }
    expect(afterPaused).toEqual(beforePaused);
    expect(after).toMatchObject({ 'state.state': 1, 'net.0.name': 'vnet1', 'block.0.name': 'vda', 'vcpu.current': 1 });
    const onlyState = await connection.domains.getAllDomainStats(enums.DomainStatsTypes.STATE);
    expect(Object.keys(onlyState[0]!.stats)).toEqual(['state.state', 'state.reason']);
    const { ENFORCE_STATS } = enums.ConnectGetAllDomainStatsFlags;
    const perf = connection.domains.getAllDomainStats(enums.DomainStatsTypes.PERF, ENFORCE_STATS);
    await expect(perf).rejects.toMatchObject({ code: 'ARGUMENT_UNSUPPORTED' });
  });
});

describe('events', () => {
  test('in the forms of clients from before callback ids', async () => {
    const { connection, name } = await open();
    const messages: number[] = [];
    const deliver = connection.events.deliver.bind(connection.events);
    connection.events.deliver = (header, ...rest) => {
      messages.push(header.procedure);
      deliver(header, ...rest);
    };
    expect(await connection.call('connectDomainEventRegister')).toEqual({ cb_registered: 1 });
    await connection.call('connectDomainEventRegisterAny', { eventID: enums.DomainEventID.REBOOT });
    const domain = await connection.domains.lookupByName(name(0));
    await domain.reboot();
    await domain.suspend();
    expect(messages).toEqual([169, 107]);
    await expect(connection.call('connectDomainEventRegister')).rejects.toThrow('already registered');
    await connection.call('connectDomainEventDeregister');
    await connection.call('connectDomainEventDeregisterAny', { eventID: enums.DomainEventID.REBOOT });
    await domain.resume();
    expect(messages).toHaveLength(2);
    await expect(connection.call('connectDomainEventRegisterAny', { eventID: 99 })).rejects.toThrow('unsupported');
  });

  test('of one domain only, and to each client its own', async () => {
    const { connection, name, host } = await open();
    const other = (await open(host.identity.index)).connection;
    const domain = await connection.domains.lookupByName(name(0));
    const one = await connection.events.subscribe(['domain-lifecycle'], { domain: domain.ref });
    const all = await other.events.subscribe(['domain-lifecycle']);
    await (await other.domains.lookupByName(name(1))).destroy();
    await domain.destroy();
    expect(await one.next()).toMatchObject({ domain: { name: name(0) }, event: 'STOPPED' });
    expect(await all.next()).toMatchObject({ domain: { name: name(1) }, event: 'STOPPED' });
    await one.close();
    const clients = [...host.clients];
    const gone = once(clients[1]!.closed, 'abort');
    await other.close();
    await gone;
    expect([...host.clients]).toEqual([clients[0]]);
  });
});

describe('networks, pools, secrets', () => {
  const told = async (connection: Connection, count: number, act: () => Promise<void>) => {
    const kinds = [
      'network-lifecycle',
      'storage-pool-lifecycle',
      'storage-pool-refresh',
      'secret-lifecycle',
      'secret-value-changed',
    ] as const;
    const events = await connection.events.subscribe(kinds);
    await act();
    const seen: string[] = [];
    while (seen.length < count) {
      const event = await events.next();
      seen.push(event && 'event' in event ? `${event.kind} ${event.event}` : String(event?.kind));
    }
    return seen;
  };

  test('networks have leases of the guests that run there', async () => {
    const { connection, name } = await open();
    const network = await connection.networks.lookupByName('default');
    expect(await network.getDHCPLeases()).toHaveLength(90);
    const seen = await told(connection, 4, async () => {
      const xml = `<network><name>lab</name><forward mode='nat'/><ip address='10.0.0.1' netmask='255.255.0.0'><dhcp/></ip></network>`;
      const lab = await connection.networks.defineXML(xml);
      await lab.create();
      expect(await lab.getBridgeName()).toBe('virbr1');
      expect(await lab.getDHCPLeases()).toEqual([]);
      await expect(connection.networks.defineXML(xml)).rejects.toMatchObject({ code: 'OPERATION_FAILED' });
      await lab.destroy();
      await lab.undefine();
    });
    expect(seen).toEqual(['DEFINED', 'STARTED', 'STOPPED', 'UNDEFINED'].map((event) => `network-lifecycle ${event}`));
    const domain = await connection.domains.lookupByName(name(4));
    const [device] = await domain.guest.interfaceAddresses('LEASE');
    expect(await network.getDHCPLeases(device!.hwaddr)).toMatchObject([{ ipaddr: device!.addrs[0]!.addr }]);
  });

  test('pools and volumes', async () => {
    const { connection } = await open();
    const seen = await told(connection, 7, async () => {
      const pool = await connection.storagePools.defineXML(
        `<pool type='dir'><name>p</name><target><path>/p</path></target></pool>`,
      );
      await expect(pool.listVolumes()).rejects.toMatchObject({ code: 'OPERATION_INVALID' });
      await pool.build(0);
      await pool.create();
      const xml = `<volume><name>v</name><capacity unit='MiB'>1</capacity></volume>`;
      const volume = await pool.createVolumeXML(xml);
      await expect(pool.createVolumeXML(xml)).rejects.toMatchObject({ code: 'STORAGE_VOL_EXIST' });
      await volume.resize(2 * 1024 ** 2);
      expect(await volume.getInfo()).toMatchObject({ capacityBytes: 2 * 1024 ** 2 });
      expect((await connection.storageVolumes.lookupByPath('/p/v')).name).toBe('v');
      await volume.delete();
      expect(await pool.listVolumes()).toEqual([]);
      await pool.refresh();
      await pool.destroy();
      await pool.delete();
      await pool.undefine();
    });
    expect(seen).toEqual([
      'storage-pool-lifecycle DEFINED',
      'storage-pool-lifecycle CREATED',
      'storage-pool-lifecycle STARTED',
      'storage-pool-refresh',
      'storage-pool-lifecycle STOPPED',
      'storage-pool-lifecycle DELETED',
      'storage-pool-lifecycle UNDEFINED',
    ]);
  });

  test('secrets keep their values to themselves when they are private', async () => {
    const { connection } = await open();
    const seen = await told(connection, 4, async () => {
      const open = await connection.secrets.defineXML(
        `<secret><usage type='volume'><volume>/v</volume></usage></secret>`,
      );
      await open.setValue(Buffer.from('value'));
      expect(Buffer.from(await open.getValue()).toString()).toBe('value');
      const closed = await connection.secrets.defineXML(
        `<secret private='yes'><usage type='tls'><name>t</name></usage></secret>`,
      );
      await expect(closed.getValue()).rejects.toMatchObject({ code: 'INVALID_SECRET' });
      expect((await connection.call('secretLookupByUsage', { usageType: 1, usageID: '/v' })).secret.uuid).toBe(
        open.uuid,
      );
      await closed.undefine();
    });
    expect(seen).toEqual([
      'secret-lifecycle DEFINED',
      'secret-value-changed',
      'secret-lifecycle DEFINED',
      'secret-lifecycle UNDEFINED',
    ]);
  });
});

test('a guest’s console talks back until the guest ends; its screen is a picture', async () => {
  const { connection, name } = await open();
  const domain = await connection.domains.lookupByName(name(0));
  const { stream } = await connection.openStream('domainOpenConsole', { dom: domain.ref, dev_name: null, flags: 0 });
  expect(String(((await stream.read()) as { data: Buffer }).data)).toBe(`simulated console of ${name(0)}\r\n`);
  await stream.write(Buffer.from('hello'));
  expect(await stream.read()).toEqual({ data: Buffer.from('hello') });
  await domain.destroy();
  expect(await stream.read()).toBeUndefined();
  await expect(
    connection.openStream('domainOpenConsole', { dom: domain.ref, dev_name: null, flags: 0 }),
  ).rejects.toMatchObject({
    code: 'OPERATION_INVALID',
  });
});
