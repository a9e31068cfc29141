import { type Vm, VmState } from '@domus/contract';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Status } from '../../parts/status.tsx';
import { vmTones } from '../vms/vm-status.tsx';
import { OverviewCard } from './overview-card.tsx';

export function VmsCard({ vms }: { vms: readonly Vm[] }) {
  const { t } = useTranslation();
  const counts = VmState.options
    .map((state) => ({ state, count: vms.filter((vm) => vm.state === state).length }))
    .filter(({ count }) => count > 0);
  return (
    <OverviewCard title={<Link to="/vms">{t('nav.vms')}</Link>}>
      <div className="domus-figure">{vms.length}</div>
      <ul className="domus-counts">
        {counts.map(({ state, count }) => (
          <li key={state}>
            <Status
              tone={vmTones[state]}
              label={t('overview.count', { number: count, what: t(`vm.state.${state}`) })}
            />
          </li>
        ))}
      </ul>
    </OverviewCard>
  );
}
