import type { Project } from '@domus/contract';
import { Content } from '@patternfly/react-core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '../../app/api.ts';
import { dropResource } from '../../app/cached-resources.ts';
import { queryClient } from '../../app/query-client.ts';
import { ConfirmModal } from '../../parts/confirm-modal.tsx';

export function DeleteProjectModal({ project, onClose }: { project: Project; onClose: () => void }) {
  const { t } = useTranslation();
  const remove = useMutation({
    mutationFn: () => api.call('project.delete', { params: { id: project.id } }),
    meta: { shown: true },
    onSuccess: () => {
      dropResource(queryClient, 'project', project.id);
      onClose();
    },
  });
  return (
    <ConfirmModal
      title={t('project.deleteTitle', { name: project.name })}
      confirm={t('common.delete')}
      isBusy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      <Content component="p">{t('project.deleteHint')}</Content>
    </ConfirmModal>
  );
}
