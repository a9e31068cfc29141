import { describe, expect, it } from 'vitest';
import { judgeVirtualisation } from './virtualisation.rules.ts';

const good = { cpuFlags: ['sse2', 'vmx'], kvmDevice: true, kvmOffered: true, nested: true };

describe('the CPU truth', () => {
  it.each([
    ['Intel with KVM', good, { extension: 'vmx', accelerator: 'kvm', reason: 'kvm-usable' }],
    ['AMD with KVM', { ...good, cpuFlags: ['svm'] }, { extension: 'svm', accelerator: 'kvm', reason: 'kvm-usable' }],
    [
      '/dev/kvm without vmx or svm',
      { ...good, cpuFlags: ['sse2'] },
      { extension: 'none', accelerator: 'qemu', reason: 'no-cpu-extension' },
    ],
    ['no module', { ...good, kvmDevice: false }, { accelerator: 'qemu', reason: 'no-kvm-device' }],
    ['not offered by libvirt', { ...good, kvmOffered: false }, { accelerator: 'qemu', reason: 'kvm-not-offered' }],
  ])('%s', (_, facts, expected) => {
    expect(judgeVirtualisation(facts)).toMatchObject(expected);
  });
  it('does not take a flag that merely contains the letters', () => {
    expect(judgeVirtualisation({ ...good, cpuFlags: ['vmx_flexpriority', 'svm_lock'] }).extension).toBe('none');
  });
});
