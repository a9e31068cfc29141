import type { Permission, Vm, VmState } from '@domus/contract';

/** What can be done to a VM at the press of a button, and in which states it makes sense. */
export const vmActs = ['start', 'resume', 'stop', 'restart', 'pause', 'force-off', 'reset', 'delete'] as const;
export type VmAct = (typeof vmActs)[number];

const states: Record<VmAct, readonly VmState[]> = {
  start: ['stopped', 'crashed', 'failed'],
  resume: ['paused'],
  stop: ['running'],
  restart: ['running'],
  pause: ['running'],
  'force-off': ['starting', 'running', 'paused', 'stopping', 'crashed'],
  reset: ['running', 'paused'],
  delete: ['creating', 'starting', 'running', 'paused', 'stopping', 'stopped', 'crashed', 'failed', 'unknown'],
};

export const actPermission = (act: VmAct): Permission => (act === 'delete' ? 'vm:write' : 'vm:power');

/** Whether an act fits a VM as it is now. Found VMs are never deleted; while an operation works on it, only power-off is. */
export function fits(act: VmAct, vm: Pick<Vm, 'state' | 'managed' | 'operationId'>): boolean {
  if (act === 'delete' && !vm.managed) return false;
  if (vm.operationId !== null && act !== 'force-off') return false;
  return states[act].includes(vm.state);
}
