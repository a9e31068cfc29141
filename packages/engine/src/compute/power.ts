import { DomusError, type Operation, text } from '@domus/contract';
import type { Database } from '../database/index.ts';
import type { HostDirectory } from '../hosts/index.ts';
import type { FoundVm, VmPort } from '../hypervisor/port.ts';
import { authorise, type Caller } from '../identity/index.ts';
import { type OperationKind, startOperation } from '../operations/index.ts';
import type { VmObserver } from './observe.ts';
import { findVm } from './queries.ts';
import { allows, needs, type PowerAct } from './vm-state.rules.ts';

interface PowerInput {
  hostId: string;
}

const SHUTDOWN_SECONDS = 180;
/** A guest that is still starting does not hear the power button yet: it is pressed again. */
const PRESS_EVERY_MS = 10_000;

/** Turning VMs on and off. Adopted ones too: it changes no definition. */
export class VmPower {
  readonly #db: Database;
  readonly #hosts: HostDirectory;
  readonly kinds: Readonly<Record<PowerAct, OperationKind<PowerInput>>>;

  constructor(db: Database, hosts: HostDirectory, observer: VmObserver) {
    this.#db = db;
    this.#hosts = hosts;
    const simple = (
      act: Exclude<PowerAct, 'stop'>,
      run: (vms: VmPort, id: string) => Promise<void>,
    ): OperationKind<PowerInput> => ({
      kind: `vm.${act}`,
      resourceKind: 'vm',
      cancellable: false,
      steps: [
        {
          name: act,
          run: async ({ resourceId, input }) => {
            await run(hosts.link(input.hostId).vms, resourceId);
            await observer.observe(input.hostId, resourceId);
          },
        },
      ],
    });
    this.kinds = {
      start: simple('start', (vms, id) => vms.start(id)),
      'force-off': simple('force-off', (vms, id) => vms.forceOff(id)),
      restart: simple('restart', (vms, id) => vms.reboot(id)),
      reset: simple('reset', (vms, id) => vms.reset(id)),
      pause: simple('pause', (vms, id) => vms.pause(id)),
      resume: simple('resume', (vms, id) => vms.resume(id)),
      stop: {
        kind: 'vm.stop',
        resourceKind: 'vm',
        exclusive: false, // a guest that does not listen must not keep anybody from cutting it off
        steps: [
          {
            name: 'stop',
            run: async ({ resourceId, input, signal }) => {
              await this.#shutdown(input.hostId, resourceId, signal);
              await observer.observe(input.hostId, resourceId);
            },
          },
        ],
      },
    };
  }

  async #shutdown(hostId: string, id: string, signal: AbortSignal): Promise<void> {
    const end = performance.now() + SHUTDOWN_SECONDS * 1000;
    const off = (found: FoundVm | null) => found === null || found.state === 'stopped' || found.state === 'crashed';
    for (let pressed = Number.NEGATIVE_INFINITY; ; ) {
      signal.throwIfAborted();
      const { vms } = this.#hosts.link(hostId);
      if (off(await vms.find(id))) return;
      if (performance.now() > end)
        throw new DomusError('TIMEOUT', { what: 'the guest’s shutdown', seconds: SHUTDOWN_SECONDS });
      if (performance.now() - pressed > PRESS_EVERY_MS) {
        pressed = performance.now();
        await vms.shutdown(id);
      }
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }

  /** Errors: WRONG_STATE, BUSY, HOST_DOWN. */
  async act(caller: Caller, asked: string, act: PowerAct): Promise<Operation> {
    return this.#db.transaction().execute(async (tx) => {
      const row = await findVm(tx, caller, asked);
      authorise(caller, 'vm:power', row.project_id);
      if (row.host_id === null)
        throw new DomusError('HOST_DOWN', { name: '', reason: text('the VM has no host', '该虚拟机没有主机') });
      this.#hosts.link(row.host_id);
      if (!allows(act, row.state))
        throw new DomusError('WRONG_STATE', {
          kind: 'vm',
          name: row.name,
          state: row.state,
          expected: needs[act].slice(0, 2).join(', '),
        });
      if (act === 'stop' && row.waiting_id !== null)
        throw new DomusError('BUSY', { operation: 'vm.stop', kind: 'vm', name: row.name });
      return startOperation(tx, {
        kind: this.kinds[act],
        resource: row,
        projectId: row.project_id,
        input: { hostId: row.host_id },
        by: caller.name,
      });
    });
  }
}
