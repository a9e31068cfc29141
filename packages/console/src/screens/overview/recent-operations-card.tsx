import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ended, operationTitle } from '../../app/operations.ts';
import { operationList } from '../../app/resources.ts';
import { Age } from '../../parts/age.tsx';
import { OperationProgress } from '../../parts/operation-progress.tsx';
import { operationTones } from '../../parts/operation-table.tsx';
import { QueryView } from '../../parts/query-view.tsx';
import { Status } from '../../parts/status.tsx';
import { OverviewCard } from './overview-card.tsx';

const shown = 6;

export function RecentOperationsCard() {
  const { t } = useTranslation();
  const query = useQuery(operationList);
  return (
    <OverviewCard title={<Link to="/operations">{t('overview.recentOperations')}</Link>}>
      <QueryView query={query}>
        {(operations) =>
          operations.length === 0 ? (
            <span className="domus-quiet">{t('operation.none')}</span>
          ) : (
            <ul className="domus-lines">
              {operations.slice(0, shown).map((operation) => (
                <li key={operation.id}>
                  <Status tone={operationTones[operation.state]} label={operationTitle(operation)} />
                  <span className="domus-quiet">{operation.createdBy}</span>
                  <Age of={operation.createdAt} />
                  {!ended.has(operation.state) && <OperationProgress operation={operation} />}
                </li>
              ))}
            </ul>
          )
        }
      </QueryView>
    </OverviewCard>
  );
}
