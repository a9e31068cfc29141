import type { Host, Vm } from '@domus/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { operationTitle } from '../../app/operations.ts';
import { problemText } from '../../app/problem-text.ts';
import { operationList } from '../../app/resources.ts';
import { Age } from '../../parts/age.tsx';
import { Status } from '../../parts/status.tsx';
import { OverviewCard } from './overview-card.tsx';

/** A failure of yesterday is history, not a problem. */
const recentMs = 24 * 3600 * 1000;

/** What needs a person: hosts down, VMs in trouble, operations that failed since yesterday. */
export function ProblemsCard({ vms, hosts }: { vms: readonly Vm[]; hosts: readonly Host[] }) {
  const { t } = useTranslation();
  const { data: operations = [], dataUpdatedAt } = useQuery(operationList);
  const hostsDown = hosts.filter(({ state }) => state === 'down');
  const troubled = vms.filter(({ state, problem }) => state === 'crashed' || state === 'failed' || problem !== null);
  const failed = operations
    .filter(({ state, endedAt }) => state === 'failed' && dataUpdatedAt - Date.parse(endedAt ?? '') < recentMs)
    .slice(0, 5);

  return (
    <OverviewCard title={t('overview.problems')}>
      {hostsDown.length + troubled.length + failed.length === 0 ? (
        <Status tone="good" label={t('overview.noProblems')} />
      ) : (
        <ul className="domus-lines">
          {hostsDown.map((host) => (
            <li key={host.id}>
              <Status tone="bad" label={t('overview.hostDown')} />
              <Link to="/hosts/$hostId" params={{ hostId: host.id }}>
                {host.name}
              </Link>
              <span className="domus-quiet">{host.stateReason}</span>
            </li>
          ))}
          {troubled.map((vm) => (
            <li key={vm.id}>
              <Status tone={vm.problem === null ? 'bad' : 'warning'} label={t(`vm.state.${vm.state}`)} />
              <Link to="/vms/$vmId" params={{ vmId: vm.id }} search={{ tab: 'overview' }}>
                {vm.name}
              </Link>
              <span className="domus-quiet">{vm.problem ?? vm.stateReason}</span>
            </li>
          ))}
          {failed.map((operation) => (
            <li key={operation.id}>
              <Status tone="bad" label={operationTitle(operation)} />
              <span className="domus-quiet">{operation.error && problemText(operation.error)}</span>
              {operation.endedAt && <Age of={operation.endedAt} />}
            </li>
          ))}
        </ul>
      )}
    </OverviewCard>
  );
}
