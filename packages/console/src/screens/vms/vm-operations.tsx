import type { Vm } from '@domus/contract';
import { useQuery } from '@tanstack/react-query';
import { operationsOf } from '../../app/resources.ts';
import { OperationTable } from '../../parts/operation-table.tsx';
import { QueryView } from '../../parts/query-view.tsx';

export function VmOperations({ vm }: { vm: Vm }) {
  const query = useQuery(operationsOf(vm.id));
  return <QueryView query={query}>{(operations) => <OperationTable operations={operations} />}</QueryView>;
}
