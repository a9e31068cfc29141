/** The machine that a simulated host pretends to be, and how it says that it is none. */
import type { RemoteNodeGetInfoRet } from '../../generated/remote.ts';
import { ServerFailure } from '../failure.ts';
import { type HostIdentity, hostUuid } from './baseline.ts';
import { EMULATOR } from './domain-document.ts';

const CELLS = 2;
const CORES = 16;
const THREADS = 2;
export const CPUS = CELLS * CORES * THREADS;
export const MEMORY_KIB = 512 * 1024 * 1024;
const MHZ = 2400;
export const MAX_VCPUS = 255;
/** What connectGetType says, where libvirt's drivers say QEMU or TEST. */
export const HYPERVISOR_TYPE = 'Simulation';
/** 1,000,000 · major + 1,000 · minor + release, of the hypervisor that is none. */
export const HYPERVISOR_VERSION = 1_000_000;
/** The libvirt whose protocol the tables are of. */
export const LIBVIRT_VERSION = 11_003_000;
export const CPU_MODELS = ['qemu64', 'EPYC', 'EPYC-Milan', 'Skylake-Server', 'Cascadelake-Server'];

/** A name that no resolver knows (RFC 2606). */
export function hostname(host: HostIdentity): string {
  return `${host.name}.simulation.invalid`;
}

export function nodeInfo(): RemoteNodeGetInfoRet {
  const model = Buffer.from('x86_64\0'.padEnd(32, '\0'));
  return { model, memory: MEMORY_KIB, cpus: CPUS, mhz: MHZ, nodes: CELLS, sockets: 1, cores: CORES, threads: THREADS };
}

/** A bit for each CPU, the lowest first. */
export function allCpus(bytes = CPUS / 8): Buffer {
  return Buffer.alloc(bytes, 0xff).fill(0, CPUS / 8);
}

export function capabilitiesXml(host: HostIdentity): string {
  const domains = host.domainTypes.map((type) => `<domain type='${type}'/>`).join('');
  return `<capabilities>
  <host>
    <uuid>${hostUuid(host)}</uuid>
    <cpu>
      <arch>x86_64</arch>
      <model>EPYC-Milan</model>
      <vendor>AMD</vendor>
      <topology sockets='1' dies='1' cores='${CORES}' threads='${THREADS}'/>
      <pages unit='KiB' size='4'/>
    </cpu>
    <power_management/>
    <iommu support='no'/>
    <migration_features/>
    <topology>
      <cells num='${CELLS}'>
${Array.from({ length: CELLS }, (_, cell) => cellXml(cell)).join('\n')}
      </cells>
    </topology>
    <secmodel>
      <model>simulation</model>
      <doi>0</doi>
    </secmodel>
  </host>
  <guest>
    <os_type>hvm</os_type>
    <arch name='x86_64'>
      <wordsize>64</wordsize>
      <emulator>${EMULATOR}</emulator>
      ${MACHINES.map((machine) => `<machine maxCpus='${MAX_VCPUS}'>${machine}</machine>`).join('')}
      ${domains}
    </arch>
    <features>
      <acpi default='on' toggle='yes'/>
      <apic default='on' toggle='no'/>
      <cpuselection/>
      <deviceboot/>
      <disksnapshot default='off' toggle='no'/>
    </features>
  </guest>
</capabilities>
`;
}

function cellXml(cell: number): string {
  const cpus = Array.from({ length: CORES * THREADS }, (_, index) => {
    const core = Math.floor(index / THREADS);
    const first = cell * CORES * THREADS + core * THREADS;
    const id = first + (index % THREADS);
    return `<cpu id='${id}' socket_id='${cell}' die_id='0' cluster_id='0' core_id='${core}' siblings='${first}-${first + THREADS - 1}'/>`;
  });
  return `        <cell id='${cell}'>
          <memory unit='KiB'>${MEMORY_KIB / CELLS}</memory>
          <cpus num='${CORES * THREADS}'>${cpus.join('')}</cpus>
        </cell>`;
}

export interface DomainCapabilitiesQuery {
  readonly arch: string | null;
  readonly machine: string | null;
  readonly virttype: string | null;
}

const MACHINES = ['pc', 'q35'];

/** Fails for what the host has not. */
export function domainCapabilitiesXml(host: HostIdentity, query: DomainCapabilitiesQuery): string {
  const [type] = host.domainTypes;
  const virttype = oneOf('virttype', query.virttype ?? type!, host.domainTypes);
  const machine = oneOf('machine', query.machine ?? MACHINES[0]!, MACHINES);
  oneOf('architecture', query.arch ?? 'x86_64', ['x86_64']);
  const values = (name: string, ...all: string[]) =>
    `<enum name='${name}'>${all.map((value) => `<value>${value}</value>`).join('')}</enum>`;
  return `<domainCapabilities>
  <path>${EMULATOR}</path>
  <domain>${virttype}</domain>
  <machine>${machine}</machine>
  <arch>x86_64</arch>
  <vcpu max='${MAX_VCPUS}'/>
  <iothreads supported='yes'/>
  <os supported='yes'>
    <enum name='firmware'/>
    <loader supported='no'/>
  </os>
  <cpu>
    <mode name='host-passthrough' supported='no'/>
    <mode name='maximum' supported='no'/>
    <mode name='host-model' supported='no'/>
    <mode name='custom' supported='yes'>
      ${CPU_MODELS.map((model) => `<model usable='yes' vendor='unknown'>${model}</model>`).join('')}
    </mode>
  </cpu>
  <devices>
    <disk supported='yes'>${values('diskDevice', 'disk', 'cdrom')}${values('bus', 'virtio', 'scsi', 'sata', 'ide')}</disk>
    <graphics supported='yes'>${values('type', 'vnc', 'spice')}</graphics>
    <video supported='yes'>${values('modelType', 'vga', 'virtio', 'none')}</video>
    <hostdev supported='no'/>
    <rng supported='yes'>${values('model', 'virtio')}${values('backendModel', 'random')}</rng>
    <channel supported='yes'>${values('type', 'unix', 'pty')}</channel>
  </devices>
  <features>
    <gic supported='no'/>
    <backup supported='no'/>
    <sev supported='no'/>
  </features>
</domainCapabilities>
`;
}

function oneOf(what: string, given: string, known: readonly string[]): string {
  if (known.includes(given)) return given;
  throw new ServerFailure('INVALID_ARG', `${what} '${given}' is not supported`);
}

export function sysinfoXml(host: HostIdentity): string {
  return `<sysinfo type='smbios'>
  <system>
    <entry name='manufacturer'>Domus</entry>
    <entry name='product'>Simulated host</entry>
    <entry name='serial'>${host.name}</entry>
    <entry name='uuid'>${hostUuid(host)}</entry>
  </system>
</sysinfo>
`;
}
