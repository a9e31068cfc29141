import { DomusError, text, type VmExec, type VmExecResult } from '@domus/contract';
import type { z } from 'zod';
import type { Database } from '../database/index.ts';
import type { HostDirectory } from '../hosts/index.ts';
import type { VmPort } from '../hypervisor/port.ts';
import { authorise, type Caller } from '../identity/index.ts';
import { findVm, type VmRow } from './queries.ts';
import { toPng } from './screenshot.ts';

/** What goes into a VM that is there, and what is seen of it. */
export class VmGuests {
  readonly #db: Database;
  readonly #hosts: HostDirectory;
  constructor(db: Database, hosts: HostDirectory) {
    this.#db = db;
    this.#hosts = hosts;
  }

  async #at(
    caller: Caller,
    asked: string,
    permission: 'vm:exec' | 'vm:console' | 'vm:read',
  ): Promise<{ row: VmRow; vms: VmPort }> {
    const row = await findVm(this.#db, caller, asked);
    authorise(caller, permission, row.project_id);
    if (row.host_id === null)
      throw new DomusError('HOST_DOWN', { name: '', reason: text('the VM has no host', '该虚拟机没有主机') });
    return { row, vms: this.#hosts.link(row.host_id).vms };
  }

  /** Errors: AGENT_MISSING, AGENT_FAILED, TIMEOUT, WRONG_STATE. */
  async exec(caller: Caller, asked: string, given: z.output<typeof VmExec>): Promise<z.output<typeof VmExecResult>> {
    const { row, vms } = await this.#at(caller, asked, 'vm:exec');
    requireRunning(row);
    return vms.exec(row.id, { command: given.command, input: given.input, timeoutMs: given.timeoutSeconds * 1000 });
  }

  async screenshot(caller: Caller, asked: string): Promise<Buffer> {
    const { row, vms } = await this.#at(caller, asked, 'vm:console');
    requireRunning(row);
    return toPng(await vms.screenshot(row.id));
  }

  async definition(caller: Caller, asked: string): Promise<string> {
    const { row, vms } = await this.#at(caller, asked, 'vm:read');
    const xml = await vms.definition(row.id);
    if (xml === null)
      throw new DomusError('WRONG_STATE', {
        kind: 'vm',
        name: row.name,
        state: 'not on its host',
        expected: 'defined there',
      });
    return xml;
  }
}

export function requireRunning(row: VmRow): void {
  if (row.state !== 'running' && row.state !== 'paused')
    throw new DomusError('WRONG_STATE', { kind: 'vm', name: row.name, state: row.state, expected: 'running' });
}
