import type { Host } from '@domus/contract';
import { Title } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { vmList } from '../../app/resources.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { QueryView } from '../../parts/query-view.tsx';
import { vmColumns } from '../vms/vm-columns.tsx';

/** The VMs on one host. */
export function HostVms({ host }: { host: Host }) {
  const { t } = useTranslation();
  const query = useQuery(vmList);
  return (
    <section className="domus-stack-tight">
      <Title headingLevel="h2" size="lg">
        {t('nav.vms')}
      </Title>
      <QueryView query={query}>
        {(vms) => (
          <DataTable
            label={t('nav.vms')}
            items={vms.filter((vm) => vm.host?.id === host.id)}
            columns={vmColumns(t).filter(({ key }) => key !== 'host')}
            idOf={(vm) => vm.id}
            nameOf={(vm) => vm.name}
            initialOrder={{ key: 'name', direction: 'asc' }}
          />
        )}
      </QueryView>
    </section>
  );
}
