import { useQuery } from '@tanstack/react-query';
import { operationTitle } from '../../app/operations.ts';
import { operationOne } from '../../app/resources.ts';
import { Notice } from '../../parts/notice.tsx';
import { OperationProgress } from '../../parts/operation-progress.tsx';

/** What is being done to the VM now. */
export function VmRunningOperation({ operationId }: { operationId: string }) {
  const { data: operation } = useQuery(operationOne(operationId));
  if (operation === undefined) return null;
  return (
    <Notice variant="info" title={operationTitle(operation)}>
      <OperationProgress operation={operation} />
    </Notice>
  );
}
