import type { Network } from '@domus/contract';
import { Content } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { api } from '../../app/api.ts';
import { useStart } from '../../app/operations.ts';
import { ConfirmModal } from '../../parts/confirm-modal.tsx';

export function DeleteNetworkModal({ network, onClose }: { network: Network; onClose: () => void }) {
  const { t } = useTranslation();
  const remove = useStart(() => api.call('network.delete', { params: { id: network.id } }), {
    shown: true,
    onStarted: onClose,
  });
  return (
    <ConfirmModal
      title={t('network.deleteTitle', { name: network.name })}
      confirm={t('common.delete')}
      isBusy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      <Content component="p">{t('network.deleteHint')}</Content>
    </ConfirmModal>
  );
}
