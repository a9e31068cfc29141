import { DomusError, type Host, type Virtualisation } from '@domus/contract';

export interface Candidate {
  id: string;
  name: string;
  state: Host['state'];
  stateReason: string | null;
  freeMiB: number;
  virtualisation: Virtualisation | null;
}

type Verdict = { host: Candidate; accelerator: 'kvm' | 'qemu' } | { host: Candidate; why: string };

function judge(host: Candidate, wanted: { memoryMiB: number; accelerator: 'auto' | 'kvm' | 'qemu' }): Verdict {
  if (host.state !== 'up')
    return { host, why: `${host.state}${host.stateReason === null ? '' : ` (${host.stateReason})`}` };
  if (host.virtualisation === null) return { host, why: 'its CPU is not known yet' };
  if (host.freeMiB < wanted.memoryMiB)
    return { host, why: `${host.freeMiB} MiB of memory free, ${wanted.memoryMiB} MiB needed` };
  if (wanted.accelerator === 'kvm' && host.virtualisation.accelerator !== 'kvm')
    return { host, why: `no KVM: ${host.virtualisation.reason}` };
  return { host, accelerator: wanted.accelerator === 'auto' ? host.virtualisation.accelerator : wanted.accelerator };
}

/** The host with the most free memory of those that can; otherwise why each cannot. Errors: NO_HOST, KVM_MISSING. */
export function placeVm(
  candidates: readonly Candidate[],
  wanted: { memoryMiB: number; accelerator: 'auto' | 'kvm' | 'qemu' },
): { id: string; name: string; accelerator: 'kvm' | 'qemu' } {
  const verdicts = candidates.map((host) => judge(host, wanted));
  const able = verdicts.filter((verdict) => 'accelerator' in verdict).sort((a, b) => b.host.freeMiB - a.host.freeMiB);
  const [best] = able;
  if (best !== undefined) return { id: best.host.id, name: best.host.name, accelerator: best.accelerator };
  const [only] = verdicts;
  if (verdicts.length === 1 && only && 'why' in only && only.why.startsWith('no KVM'))
    throw new DomusError(
      'KVM_MISSING',
      { host: only.host.name, reason: only.host.virtualisation?.reason ?? '' },
      { field: 'accelerator' },
    );
  throw new DomusError('NO_HOST', {
    reason:
      verdicts.length === 0
        ? 'there is none'
        : verdicts.map((verdict) => `${verdict.host.name}: ${'why' in verdict ? verdict.why : ''}`).join('; '),
  });
}
