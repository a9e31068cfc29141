import type { Volume } from '@domus/contract';
import { Button } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../app/api.ts';
import { useStart } from '../../app/operations.ts';
import { volumeList } from '../../app/resources.ts';
import { useMay } from '../../app/session.ts';
import { Age } from '../../parts/age.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { bytes } from '../../parts/format.ts';
import { HddIcon } from '../../parts/icons.ts';
import { ListPage } from '../../parts/list-page.tsx';
import { LongText } from '../../parts/long-text.tsx';
import { AttachVolumeModal } from './attach-volume-modal.tsx';
import { CreateVolumeModal } from './create-volume-modal.tsx';
import { DeleteVolumeModal } from './delete-volume-modal.tsx';
import { VolumeStatus } from './volume-status.tsx';

type Dialog = { kind: 'create' } | { kind: 'attach' | 'delete'; volume: Volume };

export function VolumeListPage() {
  const { t } = useTranslation();
  const may = useMay();
  const query = useQuery(volumeList);
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const close = () => setDialog(null);
  const detach = useStart((id: string) => api.call('volume.detach', { params: { id } }));

  /** Root and seed volumes live and die with their VM; only data volumes are moved about. */
  const actionsOf = (volume: Volume) => {
    if (!may('volume:write', volume.projectId)) return [];
    const free = volume.vm === null && (volume.state === 'available' || volume.state === 'failed');
    return [
      {
        key: 'attach',
        label: t('volume.attach'),
        isDisabled: !free,
        onClick: () => setDialog({ kind: 'attach', volume }),
      },
      {
        key: 'detach',
        label: t('volume.detach'),
        isDisabled: volume.vm === null || volume.role !== 'data',
        onClick: () => detach.mutate(volume.id),
      },
      {
        key: 'delete',
        label: t('common.delete'),
        isDanger: true,
        isDisabled: !free,
        onClick: () => setDialog({ kind: 'delete', volume }),
      },
    ];
  };

  return (
    <>
      <ListPage
        title={t('nav.volumes')}
        query={query}
        textOf={({ name, vm, storagePool }) => [name, vm?.name ?? null, storagePool.name]}
        primary={
          may('volume:write') && <Button onClick={() => setDialog({ kind: 'create' })}>{t('volume.create')}</Button>
        }
        empty={{ icon: HddIcon, title: t('volume.none'), body: t('volume.noneHint') }}
      >
        {(volumes) => (
          <DataTable<Volume>
            label={t('nav.volumes')}
            items={volumes}
            idOf={({ id }) => id}
            nameOf={({ name }) => name}
            actions={actionsOf}
            initialOrder={{ key: 'name', direction: 'asc' }}
            columns={[
              {
                key: 'name',
                label: t('common.name'),
                sortBy: ({ name }) => name,
                cell: ({ name }) => <LongText text={name} />,
              },
              {
                key: 'state',
                label: t('common.state'),
                isNarrow: true,
                sortBy: ({ state }) => state,
                cell: (volume) => <VolumeStatus volume={volume} />,
              },
              {
                key: 'role',
                label: t('volume.role'),
                isNarrow: true,
                sortBy: ({ role }) => role,
                cell: ({ role }) => t(`volume.roles.${role}`),
              },
              {
                key: 'vm',
                label: t('volume.vm'),
                sortBy: ({ vm }) => vm?.name ?? '',
                cell: ({ vm }) =>
                  vm === null ? (
                    '–'
                  ) : (
                    <Link to="/vms/$vmId" params={{ vmId: vm.id }} search={{ tab: 'overview' }}>
                      <LongText text={vm.name} />
                    </Link>
                  ),
              },
              {
                key: 'size',
                label: t('common.size'),
                isNarrow: true,
                sortBy: ({ capacityBytes }) => capacityBytes,
                cell: ({ capacityBytes }) => bytes(capacityBytes),
              },
              {
                key: 'pool',
                label: t('volume.storagePool'),
                cell: ({ storagePool }) => <LongText text={storagePool.name} />,
              },
              { key: 'format', label: t('image.format'), isNarrow: true, cell: ({ format }) => format },
              {
                key: 'age',
                label: t('common.created'),
                isNarrow: true,
                sortBy: ({ createdAt }) => Date.parse(createdAt),
                cell: ({ createdAt }) => <Age of={createdAt} />,
              },
            ]}
          />
        )}
      </ListPage>
      {dialog?.kind === 'create' && <CreateVolumeModal onClose={close} />}
      {dialog?.kind === 'attach' && <AttachVolumeModal volume={dialog.volume} onClose={close} />}
      {dialog?.kind === 'delete' && <DeleteVolumeModal volume={dialog.volume} onClose={close} />}
    </>
  );
}
