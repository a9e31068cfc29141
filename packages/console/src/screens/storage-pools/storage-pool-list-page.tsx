import type { StoragePool } from '@domus/contract';
import { Label } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { storagePoolList } from '../../app/resources.ts';
import { ActiveStatus } from '../../parts/active-status.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { bytes } from '../../parts/format.ts';
import { DatabaseIcon } from '../../parts/icons.ts';
import { ListPage } from '../../parts/list-page.tsx';
import { LongText } from '../../parts/long-text.tsx';
import { StorageMeter } from './storage-meter.tsx';

export function StoragePoolListPage() {
  const { t } = useTranslation();
  const query = useQuery(storagePoolList);
  return (
    <ListPage
      title={t('nav.storagePools')}
      query={query}
      textOf={({ name, path, host }) => [name, path, host.name]}
      empty={{ icon: DatabaseIcon, title: t('storage.none'), body: t('storage.noneHint') }}
    >
      {(storagePools) => (
        <DataTable<StoragePool>
          label={t('nav.storagePools')}
          items={storagePools}
          idOf={({ id }) => id}
          nameOf={({ name }) => name}
          initialOrder={{ key: 'name', direction: 'asc' }}
          columns={[
            {
              key: 'name',
              label: t('common.name'),
              sortBy: ({ name }) => name,
              cell: (storagePool) => (
                <span className="domus-name-cell">
                  <LongText text={storagePool.name} />
                  {storagePool.default && <Label isCompact>{t('common.default')}</Label>}
                </span>
              ),
            },
            {
              key: 'state',
              label: t('common.state'),
              isNarrow: true,
              cell: ({ state }) => <ActiveStatus state={state} />,
            },
            { key: 'host', label: t('vm.host'), cell: ({ host }) => host.name },
            { key: 'type', label: t('storage.type'), isNarrow: true, cell: ({ type }) => type },
            { key: 'path', label: t('storage.path'), cell: ({ path }) => <LongText text={path ?? '–'} /> },
            {
              key: 'free',
              label: t('storage.free'),
              isNarrow: true,
              sortBy: ({ availableBytes }) => availableBytes ?? 0,
              cell: ({ availableBytes }) => (availableBytes === null ? '–' : bytes(availableBytes)),
            },
            {
              key: 'used',
              label: t('storage.used'),
              cell: (storagePool) => <StorageMeter storagePool={storagePool} label="" />,
            },
          ]}
        />
      )}
    </ListPage>
  );
}
