import type { Host } from '@domus/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { hostList } from '../../app/resources.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { mebibytes } from '../../parts/format.ts';
import { ServerIcon } from '../../parts/icons.ts';
import { ListPage } from '../../parts/list-page.tsx';
import { LongText } from '../../parts/long-text.tsx';
import { HostStatus } from './host-status.tsx';
import { HostAccelerator } from './virtualisation.tsx';

export function HostListPage() {
  const { t } = useTranslation();
  const query = useQuery(hostList);
  return (
    <ListPage
      title={t('nav.hosts')}
      query={query}
      textOf={({ name, cpu, libvirtUri }) => [name, cpu?.model ?? null, libvirtUri]}
      empty={{ icon: ServerIcon, title: t('host.none'), body: t('host.noneHint') }}
    >
      {(hosts) => (
        <DataTable<Host>
          label={t('nav.hosts')}
          items={hosts}
          idOf={(host) => host.id}
          nameOf={(host) => host.name}
          initialOrder={{ key: 'name', direction: 'asc' }}
          columns={[
            {
              key: 'name',
              label: t('common.name'),
              sortBy: (host) => host.name,
              cell: (host) => (
                <Link to="/hosts/$hostId" params={{ hostId: host.id }}>
                  <LongText text={host.name} />
                </Link>
              ),
            },
            {
              key: 'state',
              label: t('common.state'),
              isNarrow: true,
              sortBy: (host) => host.state,
              cell: (host) => <HostStatus host={host} />,
            },
            { key: 'cpu', label: t('host.cpu'), cell: (host) => <LongText text={host.cpu?.model ?? '–'} /> },
            {
              key: 'cpus',
              label: t('host.cpus'),
              isNarrow: true,
              sortBy: (host) => host.cpu?.count ?? 0,
              cell: (host) => host.cpu?.count ?? '–',
            },
            {
              key: 'accelerator',
              label: t('vm.acceleratorLabel'),
              isNarrow: true,
              cell: (host) => (host.cpu === null ? '–' : <HostAccelerator found={host.cpu.virtualisation} />),
            },
            {
              key: 'memory',
              label: t('host.memoryFree'),
              isNarrow: true,
              sortBy: (host) => host.memory?.freeMiB ?? 0,
              cell: (host) =>
                host.memory === null
                  ? '–'
                  : t('overview.freeOf', {
                      free: mebibytes(host.memory.freeMiB),
                      total: mebibytes(host.memory.totalMiB),
                    }),
            },
            {
              key: 'vms',
              label: t('nav.vms'),
              isNarrow: true,
              sortBy: (host) => host.vmCount,
              cell: (host) => t('host.vmsText', { running: host.runningVmCount, total: host.vmCount }),
            },
          ]}
        />
      )}
    </ListPage>
  );
}
