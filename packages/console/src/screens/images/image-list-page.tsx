import type { Image } from '@domus/contract';
import { Button, Label } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { imageList } from '../../app/resources.ts';
import { useMay } from '../../app/session.ts';
import { Age } from '../../parts/age.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { bytes } from '../../parts/format.ts';
import { ImageIcon } from '../../parts/icons.ts';
import { ListPage } from '../../parts/list-page.tsx';
import { LongText } from '../../parts/long-text.tsx';
import { DeleteImageModal } from './delete-image-modal.tsx';
import { GetImageModal } from './get-image-modal.tsx';
import { ImageStatus } from './image-status.tsx';
import { UploadImageModal } from './upload-image-modal.tsx';

type Dialog = { kind: 'get' } | { kind: 'upload' } | { kind: 'delete'; image: Image };

export function ImageListPage() {
  const { t } = useTranslation();
  const may = useMay();
  const navigate = useNavigate();
  const query = useQuery(imageList);
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const close = () => setDialog(null);

  const actionsOf = (image: Image) => [
    ...(may('vm:write')
      ? [
          {
            key: 'use',
            label: t('vm.create'),
            isDisabled: image.state !== 'available',
            onClick: () => void navigate({ to: '/vms/create', search: { image: image.id } }),
          },
        ]
      : []),
    ...(may('image:write')
      ? [
          {
            key: 'delete',
            label: t('common.delete'),
            isDanger: true,
            isDisabled: image.state === 'deleting',
            onClick: () => setDialog({ kind: 'delete', image }),
          },
        ]
      : []),
  ];

  return (
    <>
      <ListPage
        title={t('nav.images')}
        query={query}
        textOf={({ name, os, description }) => [name, os, description]}
        primary={
          may('image:write') && (
            <>
              <Button onClick={() => setDialog({ kind: 'get' })}>{t('image.get')}</Button>{' '}
              <Button variant="secondary" onClick={() => setDialog({ kind: 'upload' })}>
                {t('image.upload')}
              </Button>
            </>
          )
        }
        empty={{ icon: ImageIcon, title: t('image.none'), body: t('image.noneHint') }}
      >
        {(images) => (
          <DataTable<Image>
            label={t('nav.images')}
            items={images}
            idOf={({ id }) => id}
            nameOf={({ name }) => name}
            actions={actionsOf}
            initialOrder={{ key: 'name', direction: 'asc' }}
            columns={[
              {
                key: 'name',
                label: t('common.name'),
                sortBy: ({ name }) => name,
                cell: (image) => (
                  <span className="domus-name-cell">
                    <LongText text={image.name} />
                    {image.desktop && (
                      <Label isCompact color="blue">
                        {t('image.desktop')}
                      </Label>
                    )}
                  </span>
                ),
              },
              {
                key: 'state',
                label: t('common.state'),
                sortBy: ({ state }) => state,
                cell: (image) => <ImageStatus image={image} />,
              },
              {
                key: 'os',
                label: t('image.os'),
                sortBy: ({ os }) => os ?? '',
                cell: ({ os }) => <LongText text={os ?? '–'} />,
              },
              { key: 'format', label: t('image.format'), isNarrow: true, cell: ({ format }) => format },
              {
                key: 'size',
                label: t('common.size'),
                isNarrow: true,
                sortBy: ({ sizeBytes }) => sizeBytes ?? 0,
                cell: ({ sizeBytes }) => (sizeBytes === null ? '–' : bytes(sizeBytes)),
              },
              {
                key: 'virtual',
                label: t('image.virtualSize'),
                isNarrow: true,
                sortBy: ({ virtualSizeBytes }) => virtualSizeBytes ?? 0,
                cell: ({ virtualSizeBytes }) => (virtualSizeBytes === null ? '–' : bytes(virtualSizeBytes)),
              },
              {
                key: 'source',
                label: t('image.source'),
                isNarrow: true,
                cell: ({ source }) => t(`image.sources.${source}`),
              },
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
      {dialog?.kind === 'get' && <GetImageModal onClose={close} />}
      {dialog?.kind === 'upload' && <UploadImageModal onClose={close} />}
      {dialog?.kind === 'delete' && <DeleteImageModal image={dialog.image} onClose={close} />}
    </>
  );
}
