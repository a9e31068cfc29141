import {
  NotificationDrawer,
  NotificationDrawerBody,
  NotificationDrawerHeader,
  NotificationDrawerList,
} from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { OperationItem } from '../../parts/operation-item.tsx';
import { ended } from '../operations.ts';
import { operationList } from '../resources.ts';

/** So many fit without scrolling far; the page has the rest. */
const shown = 15;

export function OperationsDrawer({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { data: operations = [] } = useQuery(operationList);
  return (
    <NotificationDrawer>
      <NotificationDrawerHeader
        title={t('nav.operations')}
        count={operations.filter(({ state }) => !ended.has(state)).length}
        unreadText={t('shell.runningNow')}
        onClose={onClose}
        closeButtonAriaLabel={t('common.close')}
      >
        <Link to="/operations" onClick={onClose}>
          {t('shell.allOperations')}
        </Link>
      </NotificationDrawerHeader>
      <NotificationDrawerBody>
        <NotificationDrawerList aria-label={t('nav.operations')}>
          {operations.slice(0, shown).map((operation) => (
            <OperationItem key={operation.id} operation={operation} />
          ))}
        </NotificationDrawerList>
        {operations.length === 0 && <p className="domus-quiet domus-padded">{t('operation.none')}</p>}
      </NotificationDrawerBody>
    </NotificationDrawer>
  );
}
