import type { Host } from '@domus/contract';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { HostStatus } from '../hosts/host-status.tsx';
import { OverviewCard } from './overview-card.tsx';

/** So many hosts are named; a site with more is better read on its own page. */
const named = 4;

export function HostsCard({ hosts }: { hosts: readonly Host[] }) {
  const { t } = useTranslation();
  const up = hosts.filter(({ state }) => state === 'up').length;
  const troubledFirst = hosts.toSorted((a, b) => Number(a.state === 'up') - Number(b.state === 'up'));
  return (
    <OverviewCard title={<Link to="/hosts">{t('nav.hosts')}</Link>}>
      <div className="domus-figure">
        {up}
        <small>{t('overview.ofUp', { total: hosts.length })}</small>
      </div>
      <ul className="domus-counts">
        {troubledFirst.slice(0, named).map((host) => (
          <li key={host.id}>
            <Link to="/hosts/$hostId" params={{ hostId: host.id }}>
              {host.name}
            </Link>{' '}
            <HostStatus host={host} />
          </li>
        ))}
      </ul>
    </OverviewCard>
  );
}
