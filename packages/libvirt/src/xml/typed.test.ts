import { describe, expect, expectTypeOf, test } from 'vitest';
import {
  buildDevice,
  buildDomain,
  buildNetwork,
  buildNwfilter,
  checkXml,
  child,
  element,
  parseXml,
  plainOf,
  readDomain,
  readNetwork,
  readNodeDevice,
  writeXml,
  type xml,
  xmlElementOf,
} from './index.ts';
import { corpus } from './testing/corpus.ts';

const running = corpus.get('domain-that-runs')!;

const web: xml.Domain = {
  type: 'kvm',
  name: 'web',
  memory: { unit: 'MiB', value: 512 },
  vcpu: { value: 2 },
  os: { type: { arch: 'x86_64', machine: 'q35', value: 'hvm' } },
  devices: {
    disks: [{ type: 'file', source: { file: '/srv/web.qcow2' }, target: { dev: 'vda', bus: 'virtio' } }],
    interfaces: [{ type: 'network', source: { network: 'lan' }, model: { type: 'virtio' } }],
  },
};

describe('reading', () => {
  test('names, numbers, words, lists and elements that are there or not', () => {
    const domain = readDomain(running);
    expect(domain.name).toBe('typed');
    expect(domain.memory).toEqual({ unit: 'KiB', value: 32_768 });
    expect(domain.features?.acpi).toBe(true);
    expect(domain.features?.pae).toBeUndefined();
    expect(domain.devices?.disks?.map(({ target }) => target.dev)).toEqual(['vda']);
    expect(domain.devices?.disks?.[0]?.source?.file).toBe('/srv/domus/images/disk.qcow2');
    expect(domain.devices?.disks?.[0]?.address?.slot).toBe('0x04');
    expect(domain.devices?.hostdevs).toBeUndefined();
    expect(domain['qemu:commandline']?.args?.[0]?.value).toBe('-no-fd-bootchk');
    expect(child(domain.metadata, 'note:text')?.attributes['xmlns:note']).toBe('urn:note');
    expect('title' in domain).toBe(false);
    expect({ ...domain.os }).toEqual({ type: domain.os?.type, boots: [{ dev: 'hd' }] });
    expect(JSON.parse(JSON.stringify(domain.devices))).toEqual(plainOf(domain.devices!));
    expect(checkXml(domain)).toBeUndefined();
  });

  test('the types know what the schema knows', () => {
    const domain = readDomain(running);
    expectTypeOf(domain.memory?.value).toEqualTypeOf<number | undefined>();
    expectTypeOf(domain.on_reboot).toEqualTypeOf<'destroy' | 'restart' | 'preserve' | 'rename-restart' | undefined>();
    expectTypeOf<xml.Disk['target']>().toEqualTypeOf<xml.DiskTarget>();
    // @ts-expect-error: no such bus
    expect(() => buildDevice('disks', { target: { dev: 'vda', bus: 'virtoi' } })).toThrow(/virtoi/);
    // @ts-expect-error: no such property
    expect(() => buildDomain({ ...web, cpus: 2 })).toThrow(/^cpus: /);
  });

  test('a prefix is whatever the document declares', () => {
    const other = running.replaceAll('qemu:', 'q:').replace('xmlns:q:', 'xmlns:q').replace('xmlns:qemu', 'xmlns:q');
    expect(readDomain(other)['qemu:commandline']?.args?.[0]?.value).toBe('-no-fd-bootchk');
    expect(readDomain(running.replace('domain/qemu/1.0', 'other'))['qemu:commandline']).toBeUndefined();
  });

  test('what a newer libvirt may say can be read', () => {
    const text = running.replace("bus='virtio'", "bus='quantum'").replace('<acpi/>', '<acpi/><time-travel/>');
    const domain = readDomain(text);
    expect(domain.devices?.disks?.[0]?.target.bus).toBe('quantum');
    expect(child(xmlElementOf(domain.features!), 'time-travel')).toBeDefined();
    expect(String(domain)).toBe(text);
    expect(checkXml(domain)).toEqual({
      path: 'features.time-travel',
      message: expect.stringContaining('<time-travel> is not known here; <pae>, <apic>'),
      line: 18,
      column: 12,
    });
  });

  test('what is missing or no number is told with path, line and column, when it is asked for', () => {
    const domain = readDomain("<domain type='kvm'>\n  <memory unit='KiB'>lots</memory>\n</domain>");
    const wrong = (path: string, line: number) => expect.objectContaining({ code: 'INVALID_XML', path, line });
    expect(() => domain.name).toThrow(wrong('name', 1));
    expect(() => domain.memory?.value).toThrow(wrong('memory.value', 2));
    const big = readDomain("<domain type='kvm'><memory>18446744073709551615</memory></domain>");
    expect(() => big.memory?.value).toThrow(/fits no number exactly/);
    expect(() => readDomain('<network/>')).toThrow(/line 1, column 1: <network> where <domain> was expected/);
    expect(() => readDomain('<domain xmlns="urn:other"/>')).toThrow(/where <domain> was expected/);
  });

  test('elements of one name may be of several types', () => {
    const device = readNodeDevice(corpus.get('node-device')!);
    expect(device.capabilities?.[0]?.capabilities?.map(({ type }) => type)).toEqual(['fc_host', 'vport_ops']);
  });
});

describe('editing', () => {
  test('a value: all else stays byte for byte', () => {
    const domain = readDomain(running);
    domain.name = 'a & b';
    domain.memory!.value = 65_536;
    domain.devices!.disks![0]!.source!.file = "/it's";
    const edited = running
      .replace('<name>typed', '<name>a &amp; b')
      .replace("<memory unit='KiB'>32768", "<memory unit='KiB'>65536")
      .replace("file='/srv/domus/images/disk.qcow2'", "file='/it&apos;s'");
    expect(String(domain)).toBe(edited);
  });

  test('new elements come where the schema has them, on lines of their own', () => {
    const domain = readDomain(running);
    domain.title = 'of note';
    const disk: xml.Disk = { type: 'block', source: { dev: '/dev/sdz' }, target: { dev: 'vdb' } };
    domain.devices!.disks = [...domain.devices!.disks!, disk];
    const added = `    <disk type="block">\n      <source dev="/dev/sdz"/>\n      <target dev="vdb"/>\n    </disk>\n`;
    const edited = running
      .replace('  <metadata>', '  <title>of note</title>\n  <metadata>')
      .replace("    <controller type='usb'", `${added}    <controller type='usb'`);
    expect(String(domain)).toBe(edited);
    expect(checkXml(domain)).toBeUndefined();
  });

  test('taking away, replacing, moving', () => {
    const list = (...names: string[]) =>
      names.map((name) => `\n  <disk><!-- ${name} --><target dev='${name}'/></disk>`).join('');
    const text = (...names: string[]) => `<domain><devices>${list(...names)}\n  <!-- last -->\n</devices></domain>`;
    const edit = (change: (disks: readonly xml.Disk[]) => readonly xml.Disk[]) => {
      const domain = readDomain(text('vda', 'vdb', 'vdc'));
      domain.devices!.disks = change(domain.devices!.disks!);
      return String(domain);
    };
    expect(edit(([, b, c]) => [b!, c!])).toBe(text('vdb', 'vdc'));
    expect(edit(([a, , c]) => [a!, c!])).toBe(text('vda', 'vdc'));
    expect(edit(([a, b, c]) => [a!, b!, c!])).toBe(text('vda', 'vdb', 'vdc'));
    expect(edit(([a]) => [a!, a!])).toBe(text('vda', 'vda'));
    const made = '\n  <disk>\n    <target dev="vdx"/>\n  </disk>';
    expect(edit(([a, , c]) => [a!, { target: { dev: 'vdx' } }, c!])).toBe(
      text('vda', 'vdb', 'vdc').replace(list('vdb'), made),
    );
    expect(edit(([a, b, c]) => [{ target: { dev: 'vdx' } }, a!, b!, c!])).toBe(
      text('vda', 'vdb', 'vdc').replace(list('vda'), made + list('vda')),
    );
    expect(readDomain(edit(([a, b, c]) => [c!, a!, b!])).devices?.disks?.map(({ target }) => target.dev)).toEqual([
      'vdc',
      'vda',
      'vdb',
    ]);
    expect(edit(() => [])).toBe(text());
  });

  test('what is optional can be deleted', () => {
    const domain = readDomain(running);
    delete domain.metadata;
    delete domain.devices!.disks![0]!.device;
    const edited = running
      .replace(/\n {2}<metadata>[\s\S]*<\/metadata>/, '')
      .replace("type='file' device='disk'", "type='file'");
    expect(String(domain)).toBe(edited);
  });

  test('a wrong value is refused where it is set, and nothing changes', () => {
    const domain = readDomain(running);
    const untyped = domain as unknown as Record<string, unknown>;
    expect(() => {
      untyped['on_reboot'] = 'explode';
    }).toThrow("on_reboot: 'explode' is not allowed; 'destroy', 'restart', 'preserve' or 'rename-restart' is");
    expect(() => {
      untyped['nam'] = 'x';
    }).toThrow(/nam: is no property of <domain>/);
    expect(() => {
      untyped['devices'] = { disks: { target: { dev: 'vda' } } };
    }).toThrow('devices.disks: an object where an array was expected');
    expect(String(domain)).toBe(running);
  });

  test('parts of one document can be put into another', () => {
    const from = readDomain(running);
    const into = readDomain(buildDomain(web));
    into.metadata = from.metadata!;
    into.devices!.disks = [...into.devices!.disks!, ...from.devices!.disks!];
    into.devices!.disks[1]!.target.dev = 'vdb';
    expect(checkXml(into)).toBeUndefined();
    expect(String(into)).toContain('<note:text xmlns:note="urn:note">kept</note:text>');
    expect(String(from)).toBe(running);
  });
});

describe('building', () => {
  test('children come in an order that the schema allows', () => {
    const shuffled = Object.fromEntries(Object.entries(web).reverse()) as unknown as xml.Domain;
    expect(buildDomain(shuffled)).toBe(buildDomain(web));
    expect(plainOf(readDomain(buildDomain(web)))).toEqual(web);
  });

  test('namespaces are declared, free elements are taken as they are', () => {
    const metadata = element('metadata', {}, element('app:note', { 'xmlns:app': 'urn:app' }, 'text'));
    const text = buildDomain({ ...web, metadata, 'qemu:commandline': { args: [{ value: '-S' }] } });
    expect(text).toContain(
      '<qemu:commandline xmlns:qemu="http://libvirt.org/schemas/domain/qemu/1.0">\n    <qemu:arg value="-S"/>',
    );
    expect(writeXml(child(parseXml(text), 'metadata')!)).toContain('<app:note xmlns:app="urn:app">text</app:note>');
  });

  test('one device, for hot-plug', () => {
    const [disk] = web.devices!.disks!;
    expect(buildDevice('disks', disk!)).toBe(
      '<disk type="file">\n  <source file="/srv/web.qcow2"/>\n  <target dev="vda" bus="virtio"/>\n</disk>',
    );
  });

  const first = (change: Partial<xml.Disk>) => ({
    ...web,
    devices: { disks: [{ ...web.devices!.disks![0]!, ...change }] },
  });
  const without = (key: keyof xml.Domain) => ({ ...web, [key]: undefined });
  test.each([
    [
      'devices.disks[0].target.dev',
      /'x' is not allowed; diskTargetDev like/,
      () => buildDomain(first({ target: { dev: 'x' } })),
    ],
    [
      'devices.disks[0].source.file',
      /no attribute .* dev, index and startupPolicy are/,
      () => buildDomain(first({ type: 'block' })),
    ],
    ['', /<name> is missing/, () => buildDomain(without('name'))],
    ['', /attribute type is missing/, () => buildDomain(without('type'))],
    [
      'vcpu.value',
      /'0' is not allowed; an integer from 1 to 65535 is/,
      () => buildDomain({ ...web, vcpu: { value: 0 } }),
    ],
    ['name', /NaN|null/, () => buildDomain({ ...web, name: null as unknown as string })],
    [
      'ips[0].prefix',
      /'wide' is not allowed/,
      () => buildNetwork({ name: 'a', ips: [{ prefix: 'wide' as unknown as number }] }),
    ],
    [
      'rules[0]',
      /attribute direction is missing/,
      () => buildNwfilter({ name: 'a', rules: [{ action: 'drop' } as xml.Rule] }),
    ],
  ] as const)('refused at %j: %s', (path, message, build) => {
    expect(build).toThrow(
      expect.objectContaining({ code: 'INVALID_XML', path, message: expect.stringMatching(message) }),
    );
  });

  test('a network, there and back', () => {
    const network: xml.Network = {
      name: 'lan',
      forward: { mode: 'nat' },
      ips: [{ address: '10.0.0.1', prefix: 24, dhcp: { ranges: [{ start: '10.0.0.2', end: '10.0.0.9' }] } }],
    };
    expect(plainOf(readNetwork(buildNetwork(network)))).toEqual(network);
  });
});
