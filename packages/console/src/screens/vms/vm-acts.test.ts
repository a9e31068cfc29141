import { VmState } from '@domus/contract';
import { describe, expect, it } from 'vitest';
import { fits, vmActs } from './vm-acts.ts';

const vm = (state: VmState) => ({ state, managed: true, operationId: null });

describe('acts on a VM', () => {
  it('leave a way out of every state that is not on its way out', () => {
    for (const state of VmState.options) {
      const possible = vmActs.filter((act) => fits(act, vm(state)));
      if (state === 'deleting') expect(possible).toEqual([]);
      else expect(possible).toContain('delete');
    }
  });
  it('never delete a VM that was found on its host', () => {
    expect(fits('delete', { ...vm('stopped'), managed: false })).toBe(false);
    expect(fits('start', { ...vm('stopped'), managed: false })).toBe(true);
  });
  it('wait for the operation at work, but for cutting the power', () => {
    const busy = { ...vm('running'), operationId: 'x' };
    expect(vmActs.filter((act) => fits(act, busy))).toEqual(['force-off']);
  });
});
