/**
 * Metrics of all domains for Prometheus: `node metrics.ts [PORT] [URI]`, then http://localhost:PORT/metrics. One call to
 * the host per scrape; when libvirtd was away the connection comes back by itself, and `libvirt_up` tells.
 */
import { createServer } from 'node:http';
import { type DomainStatsRecord, enums, ReconnectingConnection } from '@domus/libvirt';

/** Name, type, help · libvirt's name of it, how many of our unit one of its is. `N` counts disks or network cards. */
const METRICS = [
  ['domain_state', 'gauge', '1 running, 3 paused, 5 off', 'state.state', 1],
  ['domain_cpu_seconds_total', 'counter', 'CPU time used', 'cpu.time', 1e-9],
  ['domain_vcpus', 'gauge', 'virtual CPUs', 'vcpu.current', 1],
  ['domain_memory_bytes', 'gauge', 'memory given to the guest', 'balloon.current', 1024],
  ['domain_block_read_bytes_total', 'counter', 'bytes read from a disk', 'block.N.rd.bytes', 1],
  ['domain_block_written_bytes_total', 'counter', 'bytes written to a disk', 'block.N.wr.bytes', 1],
  ['domain_network_received_bytes_total', 'counter', 'bytes received by a network card', 'net.N.rx.bytes', 1],
  ['domain_network_sent_bytes_total', 'counter', 'bytes sent by a network card', 'net.N.tx.bytes', 1],
] as const;
const { STATE, CPU_TOTAL, VCPU, BALLOON, BLOCK, INTERFACE } = enums.DomainStatsTypes;

const [port = '9177', uri] = process.argv.slice(2);
const stop = new AbortController();
const host = new ReconnectingConnection({ uri, kinds: [], signal: stop.signal, maximumRetryMs: 5000 });

const server = createServer((_request, response) => {
  response.setHeader('content-type', 'text/plain; version=0.0.4');
  scrape().then(
    (text) => response.end(text),
    (error: Error) => response.end(`# ${error.message.replaceAll('\n', ' ')}\nlibvirt_up 0\n`),
  );
});
server.listen(Number(port), 'localhost', () => console.log('listening on', server.address()));
process.once('SIGINT', () => {
  stop.abort();
  server.close();
});

async function scrape(): Promise<string> {
  const { domains } = await host.ready(AbortSignal.timeout(2000));
  const groups = STATE | CPU_TOTAL | VCPU | BALLOON | BLOCK | INTERFACE;
  const records = await domains.getAllDomainStats(groups, 0, [], { deadlineMs: 8000 });
  const lines = METRICS.flatMap(([name, type, help, statistic, factor]) => [
    `# HELP libvirt_${name} ${help}`,
    `# TYPE libvirt_${name} ${type}`,
    ...records.flatMap((record) => [...samples(record, `libvirt_${name}`, statistic, factor)]),
  ]);
  return `libvirt_up 1\n${lines.join('\n')}\n`;
}

function* samples({ domain, stats }: DomainStatsRecord, metric: string, statistic: string, factor: number) {
  const [list = '', ofEach] = statistic.split('.N.');
  const count = ofEach === undefined ? 1 : Number(stats[`${list}.count`] ?? 0);
  for (let index = 0; index < count; index++) {
    const value = stats[statistic.replace('N', String(index))];
    if (value === undefined) continue; // a domain that is off has no CPU time
    const labels = [`domain=${JSON.stringify(domain.name)}`, `uuid="${domain.uuid}"`];
    if (ofEach !== undefined) labels.push(`device=${JSON.stringify(stats[`${list}.${index}.name`])}`);
    yield `${metric}{${labels.join(',')}} ${Number(value) * factor}`;
  }
}
