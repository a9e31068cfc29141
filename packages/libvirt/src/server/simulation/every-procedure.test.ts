import { expect, test } from 'vitest';
import type { ProcedureName } from '../../caller.ts';
import { connect } from '../../connection.ts';
import { isLibvirtError } from '../../errors.ts';
import { REMOTE_PROGRAM } from '../../generated/constants.ts';
import { procedures } from '../../generated/procedures.ts';
import type { Procedure } from '../../rpc/procedure.ts';
import { XdrReader } from '../../xdr/index.ts';
import type { SimulatedHost } from './simulated-host.ts';
import { Simulation } from './simulation.ts';

/** Arguments of zeros, empty texts and empty lists, but for the objects that a call is about. */
function plainArgs(procedure: Procedure<unknown, unknown>, objects: Record<string, object>): unknown {
  const args = procedure.decodeArgs(new XdrReader(Buffer.alloc(4096)));
  if (typeof args !== 'object' || args === null) return args;
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [name, objects[name] ?? value]));
}

function objectsOf(host: SimulatedHost): Record<string, object> {
  const net = host.networks.byName('default').ref;
  const pool = host.storagePools.byName('default');
  const dom = host.domains.byName(`${host.identity.name}-vm-0`).ref;
  return { dom, net, network: net, pool: pool.ref, vol: pool.volume(`${dom.name}.qcow2`).ref };
}

test('every procedure of the remote program answers or refuses; none breaks', async () => {
  const all = Object.values(procedures).filter(
    ({ program, name }) => program === REMOTE_PROGRAM && name !== 'connectOpen',
  );
  const lines: string[] = [];
  // A host for each: what one call changes is nothing to the next.
  await using simulation = new Simulation({ hosts: all.length, domainsPerHost: 3, log: (line) => lines.push(line) });
  let supported = 0;
  for (const [index, procedure] of all.entries()) {
    await using connection = await connect({ uri: `test:///host-${index}`, transport: simulation.transport });
    const args = plainArgs(procedure as Procedure<unknown, unknown>, objectsOf(simulation.host(index)));
    try {
      await connection.call(procedure.name as ProcedureName, args as never);
      supported++;
    } catch (error) {
      expect(isLibvirtError(error) && error.number, String(error)).toBeGreaterThan(0);
      if (!isLibvirtError(error, 'NO_SUPPORT')) supported++;
    }
    expect(await connection.host.getType()).toBe('Simulation');
  }
  expect(lines).toEqual([]);
  console.log(`${supported} of ${all.length} procedures are simulated`);
  expect(supported).toBeGreaterThan(220);
});
