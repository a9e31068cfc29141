import type { Host } from '@domus/contract';
import { useTranslation } from 'react-i18next';
import { FactsCard } from '../../parts/facts-card.tsx';
import { Status } from '../../parts/status.tsx';
import { HostAccelerator } from './virtualisation.tsx';

/** The CPU, and the truth about what it can do for guests. */
export function HostCpuCard({ host }: { host: Host }) {
  const { t } = useTranslation();
  const { cpu } = host;
  if (cpu === null) return <FactsCard title={t('host.cpu')} facts={[[t('common.state'), t('host.cpuUnknown')]]} />;
  const found = cpu.virtualisation;
  const yes = (is: boolean) => <Status tone={is ? 'good' : 'off'} label={is ? t('common.yes') : t('common.no')} />;
  return (
    <FactsCard
      title={t('host.cpu')}
      facts={[
        [t('host.model'), cpu.model],
        [t('host.vendor'), t('host.vendorText', { vendor: cpu.vendor, architecture: cpu.architecture })],
        [
          t('host.topology'),
          t('host.topologyText', { sockets: cpu.sockets, cores: cpu.cores, threads: cpu.threads, count: cpu.count }),
        ],
        [
          t('host.extension'),
          <Status
            key=""
            tone={found.extension === 'none' ? 'warning' : 'good'}
            label={t(`host.extensions.${found.extension}`)}
          />,
        ],
        [t('host.kvmDevice'), yes(found.kvmDevice)],
        [t('host.kvmOffered'), yes(found.kvmOffered)],
        [t('host.nested'), found.nested === null ? t('common.unknown') : yes(found.nested)],
        [t('host.accelerator'), <HostAccelerator key="" found={found} />],
        ['', <span key="">{t(`host.reason.${found.reason}`)}</span>],
      ]}
    />
  );
}
