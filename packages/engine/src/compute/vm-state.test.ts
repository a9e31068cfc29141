import { describe, expect, it } from 'vitest';
import { allows, shownState } from './vm-state.rules.ts';

describe('the state that a person is shown', () => {
  it.each([
    ['absent', 'vm.create', 'creating'],
    ['running', 'vm.create', 'running'],
    ['paused', 'vm.create', 'starting'],
    ['paused', null, 'paused'],
    ['stopped', 'vm.start', 'starting'],
    ['running', 'vm.stop', 'stopping'],
    ['stopped', 'vm.stop', 'stopped'],
    ['running', 'vm.delete', 'deleting'],
    ['absent', null, 'failed'],
    ['crashed', null, 'crashed'],
  ] as const)('%s under %s is %s', (actual, operation, shown) => {
    expect(shownState(actual, operation)).toBe(shown);
  });
  it('lets a hung guest be cut off, but not started twice', () => {
    expect(allows('force-off', 'paused')).toBe(true);
    expect(allows('force-off', 'stopped')).toBe(false);
    expect(allows('start', 'running')).toBe(false);
    expect(allows('start', 'absent')).toBe(false);
  });
});
