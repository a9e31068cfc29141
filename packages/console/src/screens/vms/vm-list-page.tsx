import type { Vm } from '@domus/contract';
import { Button } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { vmList } from '../../app/resources.ts';
import { useMay } from '../../app/session.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { DesktopIcon } from '../../parts/icons.ts';
import { ListPage } from '../../parts/list-page.tsx';
import { useVmActions } from './use-vm-actions.tsx';
import { VmBulkActions } from './vm-bulk-actions.tsx';
import { vmColumns } from './vm-columns.tsx';
import { StateFilter, type StateGroup, stateGroupOf } from './vm-state-filter.tsx';

export function VmListPage() {
  const { t } = useTranslation();
  const may = useMay();
  const navigate = useNavigate();
  const query = useQuery(vmList);
  const { actionsOf, dialog } = useVmActions();
  const [state, setState] = useState<StateGroup>('all');
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const textOf = (vm: Vm) => [
    vm.name,
    vm.host?.name ?? null,
    vm.image?.name ?? null,
    vm.description,
    ...vm.addresses.map(({ ip }) => ip),
  ];

  return (
    <>
      <ListPage
        title={t('nav.vms')}
        query={query}
        textOf={textOf}
        matches={(vm) => state === 'all' || stateGroupOf[vm.state] === state}
        filters={<StateFilter vms={query.data ?? []} value={state} onChange={setState} />}
        tools={
          <VmBulkActions
            vms={(query.data ?? []).filter(({ id }) => selected.has(id))}
            onDone={() => setSelected(new Set())}
          />
        }
        primary={may('vm:write') && <Button onClick={() => navigate({ to: '/vms/create' })}>{t('vm.create')}</Button>}
        empty={{ icon: DesktopIcon, title: t('vm.none'), body: t('vm.noneHint') }}
      >
        {(vms) => (
          <DataTable
            label={t('nav.vms')}
            items={vms}
            columns={vmColumns(t)}
            idOf={(vm) => vm.id}
            nameOf={(vm) => vm.name}
            actions={actionsOf}
            selection={may('vm:power') ? { ids: selected, onChange: setSelected } : undefined}
            initialOrder={{ key: 'name', direction: 'asc' }}
          />
        )}
      </ListPage>
      {dialog}
    </>
  );
}
