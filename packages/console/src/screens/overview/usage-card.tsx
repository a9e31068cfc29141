import type { Host, Vm } from '@domus/contract';
import { useTranslation } from 'react-i18next';
import { mebibytes } from '../../parts/format.ts';
import { Meter } from '../../parts/meter.tsx';
import { OverviewCard } from './overview-card.tsx';

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);

/** Memory that the hosts have in use, and virtual CPUs of running VMs against the CPUs there are. */
export function UsageCard({ vms, hosts }: { vms: readonly Vm[]; hosts: readonly Host[] }) {
  const { t } = useTranslation();
  const total = sum(hosts.map(({ memory }) => memory?.totalMiB ?? 0));
  const used = total - sum(hosts.map(({ memory }) => memory?.freeMiB ?? 0));
  const cpus = sum(hosts.map(({ cpu }) => cpu?.count ?? 0));
  const vcpus = sum(vms.filter(({ state }) => state === 'running').map((vm) => vm.vcpus));
  return (
    <OverviewCard title={t('overview.usage')}>
      <div className="domus-stack">
        <Meter
          label={t('vm.memory')}
          used={used}
          total={total}
          text={t('overview.usedOf', { used: mebibytes(used), total: mebibytes(total) })}
        />
        <Meter
          label={t('overview.vcpus')}
          used={vcpus}
          total={cpus}
          text={t('overview.vcpusOnCpus', { vcpus, cpus })}
          warns={false}
        />
      </div>
    </OverviewCard>
  );
}
