import type { Operation } from '@domus/contract';
import {
  NotificationDrawerListItem,
  NotificationDrawerListItemBody,
  NotificationDrawerListItemHeader,
} from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { ended, operationTitle } from '../app/operations.ts';
import { Age } from './age.tsx';
import { OperationProgress } from './operation-progress.tsx';

const variants = {
  queued: 'info',
  running: 'info',
  undoing: 'warning',
  succeeded: 'success',
  failed: 'danger',
  cancelled: 'custom',
} as const;

/** One operation in the drawer. */
export function OperationItem({ operation }: { operation: Operation }) {
  const { t } = useTranslation();
  return (
    <NotificationDrawerListItem
      variant={variants[operation.state]}
      isRead={ended.has(operation.state)}
      isHoverable={false}
    >
      <NotificationDrawerListItemHeader
        variant={variants[operation.state]}
        title={operationTitle(operation)}
        headingLevel="h3"
        srTitle={t(`operation.state.${operation.state}`)}
      />
      <NotificationDrawerListItemBody timestamp={<Age of={operation.createdAt} />}>
        <OperationProgress operation={operation} />
      </NotificationDrawerListItemBody>
    </NotificationDrawerListItem>
  );
}
