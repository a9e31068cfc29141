import { Button } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { TasksIcon } from '../../parts/icons.ts';
import { ended } from '../operations.ts';
import { operationList } from '../resources.ts';

interface OperationsButtonProps {
  isOpen: boolean;
  onClick: () => void;
}

/** Opens the drawer; its badge counts what runs now. */
export function OperationsButton({ isOpen, onClick }: OperationsButtonProps) {
  const { t } = useTranslation();
  const running = (useQuery(operationList).data ?? []).filter(({ state }) => !ended.has(state)).length;
  return (
    <Button
      variant="stateful"
      state={running > 0 ? 'unread' : 'read'}
      isExpanded={isOpen}
      icon={<TasksIcon />}
      onClick={onClick}
      aria-label={t('shell.runningOperations', { number: running })}
    >
      {running > 0 ? running : null}
    </Button>
  );
}
