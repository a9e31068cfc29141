import type { VmState } from '@domus/contract';
import type { FoundState } from '../hypervisor/port.ts';

/**
 * What a person is shown: the host's word, coloured by the operation that works on the VM now.
 * `absent` means that the host does not have it (not yet, or no longer).
 */
export function shownState(actual: FoundState | 'absent', operation: string | null): VmState {
  if (operation === 'vm.delete') return 'deleting';
  if (operation === 'vm.create' && (actual === 'absent' || actual === 'stopped')) return 'creating';
  if (operation === 'vm.start' && actual === 'stopped') return 'starting';
  // libvirt starts a VM paused and lets it go when everything is in place
  if ((operation === 'vm.start' || operation === 'vm.create') && actual === 'paused') return 'starting';
  if ((operation === 'vm.stop' || operation === 'vm.force-off') && (actual === 'running' || actual === 'paused'))
    return 'stopping';
  return actual === 'absent' ? 'failed' : actual;
}

/** What each act needs the VM to be; the first word says it to people. */
export const needs = {
  start: ['stopped', 'crashed'],
  stop: ['running'],
  'force-off': ['running', 'paused', 'stopping', 'crashed', 'unknown'],
  restart: ['running'],
  reset: ['running', 'paused'],
  pause: ['running'],
  resume: ['paused'],
} as const satisfies Record<string, readonly FoundState[]>;
export type PowerAct = keyof typeof needs;

export const allows = (act: PowerAct, actual: FoundState | 'absent'): boolean =>
  (needs[act] as readonly string[]).includes(actual);
