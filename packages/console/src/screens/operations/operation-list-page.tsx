import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { operationTitle } from '../../app/operations.ts';
import { operationList } from '../../app/resources.ts';
import { TasksIcon } from '../../parts/icons.ts';
import { ListPage } from '../../parts/list-page.tsx';
import { OperationTable } from '../../parts/operation-table.tsx';

export function OperationListPage() {
  const { t } = useTranslation();
  const query = useQuery(operationList);
  return (
    <ListPage
      title={t('nav.operations')}
      query={query}
      textOf={(operation) => [operationTitle(operation), operation.createdBy, t(`operation.state.${operation.state}`)]}
      empty={{ icon: TasksIcon, title: t('operation.none'), body: t('operation.noneHint') }}
    >
      {(operations) => <OperationTable operations={operations} />}
    </ListPage>
  );
}
