/**
 * Serves simulated hosts until it is told to end: `node simulated-hosts.ts SOCKET [HOSTS [GUESTS]]`. Then, with
 * virsh, libvirt-python, virt-manager or this client:
 *
 *     virsh -c 'test+unix:///host-17?socket=SOCKET' list --all
 */
import { once } from 'node:events';
import { Simulation } from '@domus/libvirt/server';

const [path, hosts = '10', guests = '10'] = process.argv.slice(2);
if (path === undefined) throw new Error('usage: simulated-hosts.ts SOCKET [HOSTS [GUESTS]]');

const simulation = new Simulation({ hosts: Number(hosts), domainsPerHost: Number(guests) });
await simulation.listen({ path });
console.log(`${hosts} simulated hosts of ${guests} guests at ${path}`);
await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
await simulation.close();
