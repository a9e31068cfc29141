/** What people use every day, each once against a real driver: QEMU's, or the test driver for what this host cannot do. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Connection, connect, type Domain, enums, parseXml, text } from '../index.ts';
import { PrivateLibvirtd } from '../testing/private-libvirtd.ts';
import { obstacle, virsh } from './fixture.ts';

const run = promisify(execFile);
const MAC = '52:54:00:11:22:33';
const OWNER = '<owner><name>x</name><uuid>16c37022-986b-551e-82dc-bc80d4655da1</uuid></owner>';
const { LIVE, CONFIG } = enums.DomainModificationImpact;

const guest = `<domain type='qemu'>
  <name>first-name</name>
  <memory unit='MiB'>32</memory>
  <vcpu current='1'>2</vcpu>
  <os><type arch='x86_64' machine='pc'>hvm</type></os>
  <devices>
    <controller type='usb' model='none'/>
    <controller type='scsi' model='virtio-scsi'/>
    <disk type='file'><source file='/etc/hostname'/><target dev='sda' bus='scsi'/><readonly/></disk>
    <interface type='bridge'><source bridge='br7'/><mac address='${MAC}'/><model type='virtio'/></interface>
    <memballoon model='virtio'/>
  </devices>
</domain>`;

describe.skipIf(obstacle() !== undefined)('the faces of a real libvirtd', () => {
  let daemon: PrivateLibvirtd;
  let qemu: Connection;
  let testDriver: Connection;
  let domain: Domain;
  let simulated: Domain;

  async function inside(...command: string[]): Promise<string> {
    const [program, words] = daemon.inside(...command);
    return (await run(program, words)).stdout.trim();
  }

  beforeAll(async () => {
    daemon = await PrivateLibvirtd.start({ hostname: 'live-faces' });
    // Of its own network namespace, not of the machine's.
    await inside('mount', '-t', 'sysfs', 'sysfs', '/sys');
    await inside('ip', 'link', 'add', 'br7', 'type', 'bridge');
    await inside('ip', 'link', 'set', 'br7', 'up');
    qemu = await connect({ uri: daemon.uri() });
    testDriver = await connect({ uri: daemon.uri('test:///default') });
    simulated = await testDriver.domains.lookupByName('test');
    const defined = await qemu.domains.defineXML(guest);
    domain = await (await defined.rename('renamed')).create();
  });

  afterAll(async () => {
    await qemu?.close();
    await testDriver?.close();
    await daemon?.stop();
  });

  test('interfaces of the host', async () => {
    const interfaces = await qemu.interfaces.list();
    expect(interfaces.map(({ name }) => name).sort()).toEqual(['br7', 'lo']);
    const bridge = await qemu.interfaces.lookupByName('br7');
    expect(bridge.mac).toBe(await inside('cat', '/sys/class/net/br7/address'));
    expect((await qemu.interfaces.lookupByMAC(bridge.mac)).name).toBe('br7');
    expect(`${await virsh(daemon, 'iface-dumpxml', 'br7')}\n`).toBe(await bridge.getXMLDesc());
    // Debian's libvirt reads them from udev; it changes none.
    await expect(qemu.interfaces.changeBegin()).rejects.toMatchObject({ code: 'NO_SUPPORT' });
  });

  test('interfaces are changed, and the changes taken back', async () => {
    const { interfaces } = testDriver;
    const names = async (flags = 0) => (await interfaces.list(flags)).map(({ name }) => name).sort();
    const xml = (name: string) =>
      `<interface type='ethernet' name='${name}'><mac address='52:54:00:00:00:09'/></interface>`;
    await interfaces.changeBegin();
    await interfaces.defineXML(xml('eth8'));
    expect(await names()).toEqual(['eth1', 'eth8']);
    await interfaces.changeRollback();
    expect(await names()).toEqual(['eth1']);
    await interfaces.changeBegin();
    const kept = await interfaces.defineXML(xml('eth9'));
    await interfaces.changeCommit();
    expect(await kept.isActive()).toBe(false);
    await kept.create();
    // The test driver brings nothing up again that it rolled back.
    expect(await names(enums.ConnectListAllInterfacesFlags.ACTIVE)).toEqual(['eth9']);
    await kept.destroy();
    await kept.undefine();
    expect(await names()).toEqual(['eth1']);
  });

  test('ports of a network', async () => {
    const network = await qemu.networks.createXML(
      `<network><name>lan</name><forward mode='bridge'/><bridge name='br7'/></network>`,
    );
    const uuid = '3d6e1c5a-0d3c-4b0e-8f5a-2f1f2f6b7c8d';
    const port = await network.ports.createXML(
      `<networkport><uuid>${uuid}</uuid>${OWNER}<mac address='${MAC}'/><bandwidth><inbound average='1000'/></bandwidth></networkport>`,
    );
    expect((await network.ports.list()).map((each) => each.uuid)).toEqual([uuid]);
    expect(text(parseXml(await (await network.ports.lookupByUUID(uuid)).getXMLDesc()), 'uuid')).toBe(uuid);
    expect(await port.getParameters()).toMatchObject({ 'inbound.average': { type: 'UINT', value: 1000 } });
    await port.delete();
    expect(await network.ports.list()).toEqual([]);
    await network.destroy();
  });

  test('packet filters are bound to devices', async () => {
    const rule = `<rule action='drop' direction='inout' priority='500'><mac/></rule>`;
    const filter = await qemu.nwfilters.defineXML(`<filter name='drop'>${rule}</filter>`);
    const device = `<portdev name='vnet0'/><mac address='${MAC}'/>`;
    const binding = await qemu.nwfilterBindings.createXML(
      `<filterbinding>${OWNER}${device}<filterref filter='drop'/></filterbinding>`,
    );
    expect([binding.portDev, binding.filterName]).toEqual(['vnet0', 'drop']);
    expect((await qemu.nwfilterBindings.list()).map(({ portDev }) => portDev)).toEqual(['vnet0']);
    const found = await qemu.nwfilterBindings.lookupByPortDev('vnet0');
    expect(`${await virsh(daemon, 'nwfilter-binding-dumpxml', 'vnet0')}\n`).toBe(await found.getXMLDesc());
    await binding.delete();
    await filter.undefine();
  });

  test('node devices', async () => {
    const device = await qemu.nodeDevices.lookupByName('net_lo_00_00_00_00_00_00');
    expect(await device.listCaps()).toEqual(['net']);
    expect([await device.isActive(), await device.isPersistent()]).toEqual([true, false]);
    await expect(device.setAutostart(true)).rejects.toMatchObject({ procedure: 'nodeDeviceSetAutostart' });
    await expect(qemu.nodeDevices.defineXML('<device><parent>none</parent></device>')).rejects.toMatchObject({
      procedure: 'nodeDeviceDefineXML',
    });
  });

  test('CPUs', async () => {
    const { cpus } = domain;
    expect(await cpus.getVcpuCount(enums.DomainVcpuFlags.MAXIMUM)).toBe(2);
    await cpus.setVcpu([1], true, LIVE);
    await cpus.pinVcpu(1, [1], LIVE);
    await cpus.pinEmulator([0], LIVE);
    const pinned = await virsh(daemon, 'vcpupin', 'renamed', '--live');
    expect(pinned).toMatch(/^ 1 +1$/m);
    expect((await cpus.getVcpuPinInfo(LIVE))[1]).toEqual([1]);
    expect((await cpus.getVcpus()).map(({ number, state }) => [number, state])).toEqual([
      [0, 'RUNNING'],
      [1, 'RUNNING'],
    ]);
    expect(await cpus.getEmulatorPinInfo(LIVE)).toEqual([0]);
    await cpus.addIOThread(3, LIVE);
    await cpus.pinIOThread(3, [1], LIVE);
    await cpus.setIOThreadParams(3, { poll_max_ns: { type: 'ULLONG', value: 1000 } }, LIVE);
    expect(await cpus.getIOThreadInfo(LIVE)).toEqual([{ id: 3, mayRunOn: [1] }]);
    await cpus.delIOThread(3, LIVE);
    expect(await cpus.getIOThreadInfo(LIVE)).toEqual([]);
  });

  test('limits and shares', async () => {
    const { tuning } = domain;
    await tuning.setBlockIoTune('sda', { total_iops_sec: { type: 'ULLONG', value: 500 } });
    const blockIo = await tuning.getBlockIoTune('sda');
    expect(blockIo).toMatchObject({
      total_iops_sec: { type: 'ULLONG', value: 500 },
      group_name: { type: 'STRING', value: expect.any(String) },
    });
    await tuning.setBlockIoTune('sda', { ...blockIo, total_iops_sec: { type: 'ULLONG', value: 700 } });
    expect(await virsh(daemon, 'blkdeviotune', 'renamed', 'sda')).toMatch(/^total_iops_sec : 700$/m);
    await tuning.setMemoryParameters({ hard_limit: { type: 'ULLONG', value: 1_000_000 } }, CONFIG);
    expect((await tuning.getMemoryParameters(CONFIG))['hard_limit']).toEqual({ type: 'ULLONG', value: 1_000_000 });
    await tuning.setNumaParameters({ numa_nodeset: { type: 'STRING', value: '0' } }, CONFIG);
    expect(await tuning.getNumaParameters(CONFIG)).toMatchObject({ numa_nodeset: { type: 'STRING', value: '0' } });
    await tuning.setBlkioParameters({ weight: { type: 'UINT', value: 300 } }, CONFIG);
    expect(await tuning.getBlkioParameters(CONFIG)).toMatchObject({ weight: { type: 'UINT', value: 300 } });
    await tuning.setInterfaceParameters(MAC, { 'inbound.average': { type: 'UINT', value: 1000 } }, CONFIG);
    expect(await tuning.getInterfaceParameters(MAC, CONFIG)).toMatchObject({ 'inbound.average': { value: 1000 } });
    await tuning.setPerfEvents({ page_faults: true }, CONFIG);
    expect(await tuning.getPerfEvents(CONFIG)).toMatchObject({ page_faults: true, cpu_cycles: false });

    expect(await simulated.tuning.getSchedulerType()).toBe('fair');
    // The test driver takes it and keeps its own.
    await simulated.tuning.setSchedulerParameters({ weight: { type: 'UINT', value: 77 } });
    expect(await simulated.tuning.getSchedulerParameters()).toEqual({ weight: { type: 'UINT', value: 50 } });
    // Without cgroups, which a private daemon has none of.
    await expect(domain.tuning.getSchedulerParameters()).rejects.toMatchObject({ code: 'OPERATION_INVALID' });
  });

  test('what it uses', async () => {
    const { stats } = domain;
    expect(Object.keys(await stats.block('sda'))).toEqual(expect.arrayContaining(['rd_bytes', 'wr_total_times']));
    expect(await stats.interface(MAC)).toMatchObject({ tx_bytes: 0, rx_errs: 0 });
    expect(await stats.getDiskErrors()).toEqual({});
    expect(await stats.getControlInfo()).toEqual({ state: 'OK', stateTimeMs: 0 });
    expect(await stats.getMessages(enums.DomainMessageType.TAINTING)).toContainEqual(
      expect.stringContaining('tainted'),
    );

    const total = await simulated.stats.cpu();
    expect(Object.keys(total)).toEqual(['cpu_time', 'user_time', 'system_time']);
    const each = await simulated.stats.perCpu();
    expect(each.length).toBeGreaterThan(0);
    for (const cpu of each) expect(Object.keys(cpu)).toEqual(['cpu_time', 'vcpu_time']);
    expect(await simulated.stats.perCpu(1, 1)).toHaveLength(1);
    expect(await simulated.stats.getDiskErrors()).toEqual({ vda: 'UNSPEC' });
  });

  test('what it says of itself', async () => {
    const { metadata } = domain;
    expect(await metadata.getTitle(LIVE)).toBeUndefined();
    await metadata.setTitle('A title', LIVE | CONFIG);
    await metadata.setDescription('two\nlines', LIVE);
    expect(await virsh(daemon, 'desc', 'renamed', '--title')).toBe('A title');
    expect(await metadata.getDescription(LIVE)).toBe('two\nlines');
    expect(await metadata.getDescription(CONFIG)).toBeUndefined();
    await metadata.setTitle(null, LIVE | CONFIG);
    expect(await metadata.getTitle()).toBeUndefined();
    expect(await domain.security.getLabelList()).toContainEqual({ label: '+0:+0', enforcing: false });
    expect(await simulated.security.getLabel()).toEqual({ label: 'libvirt-test', enforcing: true });
    await expect(domain.security.getLaunchSecurityInfo()).resolves.toEqual({});
  });

  test('what is asked of the guest', async () => {
    const { guest } = simulated;
    expect(await guest.getFSInfo()).toContainEqual({
      mountpoint: '/',
      name: 'vda1',
      fstype: 'ext4',
      devAliases: ['vda'],
    });
    await guest.setTime(1_700_000_000_123);
    expect(await guest.getTime()).toBe(1_700_000_000_123);
    await guest.fsTrim();
    await domain.guest.setAgentResponseTimeout(3);
    const noAgent = { code: 'ARGUMENT_UNSUPPORTED', message: expect.stringContaining('agent is not configured') };
    const { guest: agentless } = domain;
    for (const ask of [
      () => agentless.getVcpus(),
      () => agentless.setVcpus([0], true),
      () => agentless.getAuthorizedSSHKeys('root'),
      () => agentless.setAuthorizedSSHKeys('root', []),
      () => domain.pmSuspend('MEM'),
    ]) {
      await expect(ask()).rejects.toMatchObject(noAgent);
    }
  });

  test('its memory: looked at, dumped, saved, edited and restored', async () => {
    const { memory } = domain;
    // Where a PC begins: a far jump, and the date of its BIOS.
    const reset = Buffer.from(await memory.peek(0xffff0, 16, enums.DomainMemoryFlags.PHYSICAL)).toString('latin1');
    expect(reset).toMatch(/^\xea.{4}\d\d\/\d\d\/\d\d/s);
    await memory.coreDump('/var/lib/libvirt/core', 'RAW', enums.DomainCoreDumpFlags.MEMORY_ONLY);
    expect((await readFile(join(daemon.folder, 'lib/core'))).subarray(0, 4).toString('latin1')).toBe('\x7fELF');
    await memory.startDirtyRateCalc(1);
    const { DIRTYRATE } = enums.DomainStatsTypes;
    const [record] = await qemu.domains.getAllDomainStats(DIRTYRATE, 0, [domain]);
    expect(record!.stats['dirtyrate.calc_period']).toBe(1);
    await memory.setStatsPeriod(2);
    expect((await domain.stats.memory())['actual_balloon']).toBe(32 * 1024);

    const file = '/var/lib/libvirt/saved';
    await memory.save(file);
    const xml = await qemu.domains.saveImageGetXMLDesc(file, enums.DomainSaveImageXMLFlags.SECURE);
    const edited = xml.replace('</name>', '</name><description>edited</description>');
    await qemu.domains.saveImageDefineXML(file, edited, enums.DomainSaveRestoreFlags.PAUSED);
    await qemu.domains.restore(file);
    expect(await domain.getState()).toMatchObject({ state: 'PAUSED' });
    expect(await domain.metadata.getDescription()).toBe('edited');

    await memory.managedSave();
    const kept = await memory.managedSaveGetXMLDesc(enums.DomainSaveImageXMLFlags.SECURE);
    await memory.managedSaveDefineXML(kept.replace('edited', 'edited again'));
    domain = await domain.create();
    expect(await domain.metadata.getDescription()).toBe('edited again');
    expect((await qemu.domains.lookupByID(domain.ref.id)).uuid).toBe(domain.uuid);
    await domain.destroy();
  });
});
