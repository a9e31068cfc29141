import { type Text, text } from '@domus/contract';
import type { Distribution } from './distribution.ts';
import { fileExists, findLibrary, findProgram, readFolder } from './files.ts';
import { findPostgres } from './postgres.ts';

/** Something that must be on the machine, how to see whether it is, and which packages bring it. */
export interface Need {
  readonly id: string;
  readonly purpose: Text;
  /** Without it nothing runs; the others only narrow what can be done. */
  readonly required: boolean;
  /** Where it was found, null where it is missing. Looks at files only: no program is started. */
  readonly find: () => string | null;
  readonly packages: (distribution: Distribution) => readonly string[];
}

/** Debian's and Ubuntu's releases whose QEMU has its modules in packages of their own. */
const splitModules = ({ id, version }: Distribution) =>
  id === 'ubuntu' ? version >= 24.04 : version >= 13 || version === 0;

const program = (name: string) => () => findProgram(name);
const named = (apt: string, dnf: string) => (distribution: Distribution) =>
  (distribution.manager === 'dnf' ? dnf : apt).split(' ').filter((name) => name !== '');

const qemu: Readonly<
  Record<string, { program: string; apt: string; dnf: string; efi: string; efiApt: string; efiDnf: string }>
> = {
  x64: {
    program: 'qemu-system-x86_64',
    apt: 'qemu-system-x86',
    dnf: 'qemu-system-x86-core',
    efi: '/usr/share/OVMF',
    efiApt: 'ovmf',
    efiDnf: 'edk2-ovmf',
  },
  arm64: {
    program: 'qemu-system-aarch64',
    apt: 'qemu-system-arm',
    dnf: 'qemu-system-aarch64-core',
    efi: '/usr/share/AAVMF',
    efiApt: 'qemu-efi-aarch64',
    efiDnf: 'edk2-aarch64',
  },
};

/** What the engine needs of this machine, by Node's name of the architecture (process.arch). */
export function engineNeeds(architecture: string = process.arch): readonly Need[] {
  const machine = qemu[architecture] ?? qemu['x64']!;
  return [
    {
      id: 'qemu',
      purpose: text('runs the guests', '运行虚拟机'),
      required: true,
      // RHEL and its family keep the one binary they support out of the PATH.
      find: () => findProgram(machine.program) ?? ['/usr/libexec/qemu-kvm'].find(fileExists) ?? null,
      packages: named(machine.apt, machine.dnf),
    },
    {
      id: 'qemu-spice',
      purpose: text('screens by SPICE', 'SPICE 屏幕'),
      required: true,
      find: () => findLibrary('qemu/ui-spice-core.so') ?? findLibrary('qemu-kvm/ui-spice-core.so'),
      packages: (distribution) =>
        distribution.manager === 'dnf'
          ? ['qemu-ui-spice-core', 'qemu-char-spice', 'qemu-audio-spice', 'qemu-device-display-qxl']
          : [splitModules(distribution) ? 'qemu-system-modules-spice' : 'qemu-system-common'],
    },
    {
      id: 'qemu-img',
      purpose: text('disk images', '磁盘镜像'),
      required: true,
      find: program('qemu-img'),
      packages: named('qemu-utils', 'qemu-img'),
    },
    {
      id: 'libvirtd',
      purpose: text('the daemon through which hosts are reached', '用于访问主机的守护进程'),
      required: true,
      find: program('libvirtd'),
      packages: named('libvirt-daemon-system libvirt-daemon', 'libvirt-daemon'),
    },
    {
      id: 'libvirt-qemu',
      purpose: text("libvirt's QEMU driver", 'libvirt 的 QEMU 驱动'),
      required: true,
      find: () => findLibrary('libvirt/connection-driver/libvirt_driver_qemu.so'),
      packages: named(
        'libvirt-daemon-driver-qemu',
        'libvirt-daemon-driver-qemu libvirt-daemon-driver-network libvirt-daemon-driver-storage-core libvirt-daemon-driver-nodedev libvirt-daemon-driver-nwfilter libvirt-daemon-driver-secret libvirt-daemon-driver-interface',
      ),
    },
    {
      id: 'postgresql',
      purpose: text("the engine's database", '引擎的数据库'),
      required: true,
      find: () => findPostgres(),
      packages: named('postgresql', 'postgresql-server'),
    },
    {
      id: 'xorriso',
      purpose: text('first-boot data of guests (cloud-init)', '虚拟机首次启动数据（cloud-init）'),
      required: true,
      find: program('xorriso'),
      packages: named('xorriso', 'xorriso'),
    },
    {
      id: 'dnsmasq',
      purpose: text('addresses in NAT networks', 'NAT 网络中的地址分配'),
      required: false,
      find: program('dnsmasq'),
      packages: named('dnsmasq-base', 'dnsmasq'),
    },
    {
      id: 'iptables',
      purpose: text('NAT networks', 'NAT 网络'),
      required: false,
      find: program('iptables'),
      packages: named('iptables', 'iptables-nft'),
    },
    {
      id: 'iproute2',
      purpose: text('bridges and network namespaces', '网桥与网络命名空间'),
      required: false,
      find: program('ip'),
      packages: named('iproute2', 'iproute'),
    },
    {
      id: 'virsh',
      purpose: text("libvirt's own command line", 'libvirt 自带的命令行'),
      required: false,
      find: program('virsh'),
      packages: named('libvirt-clients', 'libvirt-client'),
    },
    {
      id: 'efi',
      purpose: text('guests with EFI firmware', '使用 EFI 固件的虚拟机'),
      required: false,
      find: () => (readFolder(machine.efi).length > 0 ? machine.efi : null),
      packages: named(machine.efiApt, machine.efiDnf),
    },
    {
      id: 'swtpm',
      purpose: text('guests with a TPM', '带 TPM 的虚拟机'),
      required: false,
      find: () => (findProgram('swtpm_setup') === null ? null : findProgram('swtpm')),
      packages: named('swtpm swtpm-tools', 'swtpm swtpm-tools'),
    },
    ...imageBuildNeeds,
  ];
}

/** What building an image from a distribution's packages uses. */
const imageBuildNeeds: readonly Need[] = [
  ['mmdebstrap', 'mmdebstrap', 'mmdebstrap'],
  ['mke2fs', 'e2fsprogs', 'e2fsprogs'],
  ['sfdisk', 'fdisk', 'util-linux'],
  ['mcopy', 'mtools', 'mtools'],
].map(([name, apt, dnf]) => ({
  id: name!,
  purpose: text('building images', '构建镜像'),
  required: false,
  find: program(name!),
  packages: named(apt!, dnf!),
}));

/** Those of the needs that this machine lacks. */
export const missingNeeds = (needs: readonly Need[] = engineNeeds()): readonly Need[] =>
  needs.filter((need) => need.find() === null);

/** The packages that bring these needs, each once. */
export const packagesOf = (needs: readonly Need[], distribution: Distribution): readonly string[] => [
  ...new Set(needs.flatMap((need) => need.packages(distribution))),
];
