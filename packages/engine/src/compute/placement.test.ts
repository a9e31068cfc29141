import { describe, expect, it } from 'vitest';
import { type Candidate, placeVm } from './placement.rules.ts';

const virtualisation = (accelerator: 'kvm' | 'qemu') =>
  ({
    extension: accelerator === 'kvm' ? 'vmx' : 'none',
    kvmDevice: true,
    kvmOffered: true,
    nested: null,
    accelerator,
    reason: accelerator === 'kvm' ? 'kvm-usable' : 'no-cpu-extension',
  }) as const;
const host = (name: string, over: Partial<Candidate> = {}): Candidate => ({
  id: name,
  name,
  state: 'up',
  stateReason: null,
  freeMiB: 4096,
  virtualisation: virtualisation('qemu'),
  ...over,
});
const wanted = { memoryMiB: 1024, accelerator: 'auto' } as const;
const refusal = (candidates: Candidate[], what: Parameters<typeof placeVm>[1] = wanted) => {
  try {
    return placeVm(candidates, what);
  } catch (error) {
    return (
      (error as { code: string; parameters: object }).code +
      JSON.stringify((error as { parameters: object }).parameters)
    );
  }
};

describe('where a VM is placed', () => {
  it('takes the host with the most free memory', () => {
    expect(
      placeVm([host('a'), host('b', { freeMiB: 9000 }), host('c', { freeMiB: 99_000, state: 'down' })], wanted),
    ).toEqual({ id: 'b', name: 'b', accelerator: 'qemu' });
  });
  it('gives KVM where it is usable', () => {
    expect(placeVm([host('a', { virtualisation: virtualisation('kvm') })], wanted).accelerator).toBe('kvm');
  });
  it('refuses KVM where there is none, with the reason', () => {
    expect(refusal([host('a')], { ...wanted, accelerator: 'kvm' })).toContain(
      'KVM_MISSING{"host":"a","reason":"no-cpu-extension"',
    );
  });
  it('says of every host why not', () => {
    expect(refusal([host('a', { freeMiB: 10 }), host('b', { state: 'down', stateReason: 'cable' })])).toContain(
      '"en":"a: 10 MiB of memory free, 1024 MiB needed; b: down (cable)"',
    );
    expect(refusal([])).toContain('there is none');
  });
});
