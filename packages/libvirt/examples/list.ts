/** Lists all domains, as `virsh list --all` does: `node list.ts [URI]`. One call, however many there are. */
import { connect, enums, stateReason } from '@domus/libvirt';

const connection = await connect({ uri: process.argv[2] });
const { STATE, BALLOON, VCPU } = enums.DomainStatsTypes;
const records = await connection.domains.getAllDomainStats(STATE | BALLOON | VCPU);
await connection.close();

const rows = records.map(({ domain, stats }) => ({
  id: domain.id < 0 ? '-' : String(domain.id),
  name: domain.name,
  state: stateReason(Number(stats['state.state']), Number(stats['state.reason'])).state,
  vcpus: String(stats['vcpu.current'] ?? '?'),
  memoryMiB: 'balloon.current' in stats ? String(Number(stats['balloon.current']) / 1024) : '?',
}));

console.log('Id    Name                 State       VCPUs  Memory/MiB');
for (const { id, name, state, vcpus, memoryMiB } of rows.sort((a, b) => a.name.localeCompare(b.name))) {
  console.log(`${id.padEnd(5)} ${name.padEnd(20)} ${state.padEnd(11)} ${vcpus.padStart(5)} ${memoryMiB.padStart(11)}`);
}
