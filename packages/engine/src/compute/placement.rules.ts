import { DomusError, type Host, type Text, text, type Virtualisation } from '@domus/contract';

export interface Candidate {
  id: string;
  name: string;
  state: Host['state'];
  stateReason: string | null;
  freeMiB: number;
  virtualisation: Virtualisation | null;
}

type Verdict = { host: Candidate; accelerator: 'kvm' | 'qemu' } | { host: Candidate; why: Text; withoutKvm?: true };

function judge(host: Candidate, wanted: { memoryMiB: number; accelerator: 'auto' | 'kvm' | 'qemu' }): Verdict {
  const { state, stateReason, virtualisation, freeMiB } = host;
  const needed = wanted.memoryMiB;
  if (state !== 'up') {
    const because = stateReason === null ? '' : ` (${stateReason})`;
    return { host, why: text(`${state}${because}`, `${state}${because}`) };
  }
  if (virtualisation === null) return { host, why: text('its CPU is not known yet', '尚不清楚其 CPU') };
  if (freeMiB < needed)
    return {
      host,
      why: text(`${freeMiB} MiB of memory free, ${needed} MiB needed`, `空闲内存 ${freeMiB} MiB，需要 ${needed} MiB`),
    };
  if (wanted.accelerator === 'kvm' && virtualisation.accelerator !== 'kvm')
    return {
      host,
      why: text(`no KVM: ${virtualisation.reason}`, `没有 KVM：${virtualisation.reason}`),
      withoutKvm: true,
    };
  return { host, accelerator: wanted.accelerator === 'auto' ? virtualisation.accelerator : wanted.accelerator };
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
  if (verdicts.length === 1 && only && 'why' in only && only.withoutKvm)
    throw new DomusError(
      'KVM_MISSING',
      { host: only.host.name, reason: only.host.virtualisation?.reason ?? '' },
      { field: 'accelerator' },
    );
  const whys = verdicts.map((verdict) => ('why' in verdict ? { name: verdict.host.name, ...verdict.why } : null));
  const each = (language: 'en' | 'zh-CN', between: string) =>
    whys.map((why) => (why === null ? '' : `${why.name}: ${why[language]}`)).join(between);
  throw new DomusError('NO_HOST', {
    reason: verdicts.length === 0 ? text('there is none', '没有任何主机') : text(each('en', '; '), each('zh-CN', '；')),
  });
}
