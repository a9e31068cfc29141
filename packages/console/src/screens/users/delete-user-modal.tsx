import type { User } from '@domus/contract';
import { Content } from '@patternfly/react-core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '../../app/api.ts';
import { dropResource } from '../../app/cached-resources.ts';
import { queryClient } from '../../app/query-client.ts';
import { ConfirmModal } from '../../parts/confirm-modal.tsx';

export function DeleteUserModal({ user, onClose }: { user: User; onClose: () => void }) {
  const { t } = useTranslation();
  const remove = useMutation({
    mutationFn: () => api.call('user.delete', { params: { id: user.id } }),
    meta: { shown: true },
    onSuccess: () => {
      dropResource(queryClient, 'user', user.id);
      onClose();
    },
  });
  return (
    <ConfirmModal
      title={t('user.deleteTitle', { name: user.name })}
      confirm={t('common.delete')}
      isBusy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      <Content component="p">{t('user.deleteHint')}</Content>
    </ConfirmModal>
  );
}
