import type { Operation, OperationState } from '@domus/contract';
import { Button } from '@patternfly/react-core';
import { ExpandableRowContent, Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ended, operationTitle } from '../app/operations.ts';
import { Age } from './age.tsx';
import { duration } from './format.ts';
import { AngleDownIcon, AngleRightIcon } from './icons.ts';
import { useNow } from './now.ts';
import { OperationProgress } from './operation-progress.tsx';
import { OperationSteps } from './operation-steps.tsx';
import { Status, type Tone } from './status.tsx';

export const operationTones: Record<OperationState, Tone> = {
  queued: 'busy',
  running: 'busy',
  undoing: 'warning',
  succeeded: 'good',
  failed: 'bad',
  cancelled: 'cancelled',
};

/** Operations, each with its steps to unfold. */
export function OperationTable({ operations }: { operations: readonly Operation[] }) {
  const { t } = useTranslation();
  const now = useNow(5000);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const toggle = (id: string) => {
    const next = new Set(open);
    if (!next.delete(id)) next.add(id);
    setOpen(next);
  };
  if (operations.length === 0) return <p className="domus-quiet">{t('operation.none')}</p>;
  return (
    <Table aria-label={t('nav.operations')} variant="compact" gridBreakPoint="grid-md">
      <Thead>
        <Tr>
          <Th screenReaderText={t('operation.steps')} />
          <Th width={30}>{t('operation.what')}</Th>
          <Th modifier="fitContent">{t('common.state')}</Th>
          <Th>{t('operation.progress')}</Th>
          <Th modifier="fitContent">{t('operation.by')}</Th>
          <Th modifier="fitContent">{t('operation.started')}</Th>
          <Th modifier="fitContent">{t('operation.took')}</Th>
        </Tr>
      </Thead>
      {operations.map((operation) => {
        const { id, state, createdBy, createdAt, startedAt, endedAt } = operation;
        const isOpen = open.has(id);
        return (
          <Tbody key={id} isExpanded={isOpen}>
            <Tr>
              <Td>
                <Button
                  variant="plain"
                  size="sm"
                  icon={isOpen ? <AngleDownIcon /> : <AngleRightIcon />}
                  aria-expanded={isOpen}
                  aria-label={t('operation.stepsOf', { title: operationTitle(operation) })}
                  onClick={() => toggle(id)}
                />
              </Td>
              <Td dataLabel={t('operation.what')}>{operationTitle(operation)}</Td>
              <Td dataLabel={t('common.state')} modifier="nowrap">
                <Status tone={operationTones[state]} label={t(`operation.state.${state}`)} />
              </Td>
              <Td dataLabel={t('operation.progress')}>
                {ended.has(state) && operation.error === null ? '–' : <OperationProgress operation={operation} />}
              </Td>
              <Td dataLabel={t('operation.by')}>{createdBy}</Td>
              <Td dataLabel={t('operation.started')} modifier="nowrap">
                <Age of={createdAt} />
              </Td>
              <Td dataLabel={t('operation.took')} modifier="nowrap">
                {startedAt === null ? '–' : duration(startedAt, endedAt === null ? now : Date.parse(endedAt))}
              </Td>
            </Tr>
            <Tr isExpanded={isOpen}>
              <Td />
              <Td colSpan={6}>
                <ExpandableRowContent>
                  <OperationSteps steps={operation.steps} />
                </ExpandableRowContent>
              </Td>
            </Tr>
          </Tbody>
        );
      })}
    </Table>
  );
}
