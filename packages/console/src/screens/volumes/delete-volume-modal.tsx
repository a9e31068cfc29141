import type { Volume } from '@domus/contract';
import { Content } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { api } from '../../app/api.ts';
import { useStart } from '../../app/operations.ts';
import { ConfirmModal } from '../../parts/confirm-modal.tsx';
import { bytes } from '../../parts/format.ts';

export function DeleteVolumeModal({ volume, onClose }: { volume: Volume; onClose: () => void }) {
  const { t } = useTranslation();
  const remove = useStart(() => api.call('volume.delete', { params: { id: volume.id } }), {
    shown: true,
    onStarted: onClose,
  });
  return (
    <ConfirmModal
      title={t('volume.deleteTitle', { name: volume.name })}
      confirm={t('common.delete')}
      isBusy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      <Content component="p">{t('volume.deleteHint', { size: bytes(volume.capacityBytes) })}</Content>
    </ConfirmModal>
  );
}
