import type { Image } from '@domus/contract';
import { Content } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { api } from '../../app/api.ts';
import { useStart } from '../../app/operations.ts';
import { ConfirmModal } from '../../parts/confirm-modal.tsx';

export function DeleteImageModal({ image, onClose }: { image: Image; onClose: () => void }) {
  const { t } = useTranslation();
  const remove = useStart(() => api.call('image.delete', { params: { id: image.id } }), {
    shown: true,
    onStarted: onClose,
  });
  return (
    <ConfirmModal
      title={t('image.deleteTitle', { name: image.name })}
      confirm={t('common.delete')}
      isBusy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      <Content component="p">{t('image.deleteHint')}</Content>
    </ConfirmModal>
  );
}
