/**
 * Connects to many hosts at one socket, keeps all connections, and lists the domains of each:
 * `node list-hosts.ts SOCKET HOSTS`. Prints {"domains","seconds","rssMiB"}, its own memory with everything in it.
 */
import { readFileSync } from 'node:fs';
import { type Connection, connect, type Domain, unixTransport } from '../index.ts';

const [path = '', hosts = '1'] = process.argv.slice(2);
/** Attempts to connect at a time: a socket's queue of new clients is finite. */
const AT_A_TIME = 64;

const transport = unixTransport([path]);
const connections: Connection[] = [];
const domains: Domain[] = [];
const waiting = Array.from({ length: Number(hosts) }, (_, index) => index);

const began = performance.now();
await Promise.all(
  Array.from({ length: AT_A_TIME }, async () => {
    for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) {
      const connection = await connect({ uri: `test:///host-${index}`, transport });
      connections.push(connection);
      for (const domain of await connection.domains.list()) domains.push(domain);
    }
  }),
);
const seconds = (performance.now() - began) / 1000;
const rssMiB = Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024;
console.log(JSON.stringify({ domains: domains.length, seconds, rssMiB }));
await Promise.all(connections.map((connection) => connection.close()));
