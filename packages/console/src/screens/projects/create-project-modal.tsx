import { ProjectCreate } from '@domus/contract';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '../../app/api.ts';
import { queryClient } from '../../app/query-client.ts';
import { projectList } from '../../app/resources.ts';
import { FormModal } from '../../parts/form-modal.tsx';
import { TextField } from '../../parts/text-field.tsx';
import { useForm } from '../../parts/use-form.ts';

export function CreateProjectModal({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const form = useForm({
    schema: ProjectCreate,
    initial: { name: '', description: '' },
    body: (values) => values,
    rules: { name: 'validation.name' },
  });
  const create = useMutation({
    mutationFn: () => api.call('project.create', { body: form.values }),
    meta: { shown: true },
    onSuccess: async () => {
      onClose();
      await queryClient.invalidateQueries(projectList);
    },
    onError: form.refuse,
  });
  return (
    <FormModal
      title={t('project.create')}
      submit={t('common.create')}
      isBusy={create.isPending}
      error={form.refusal}
      onSubmit={() => form.check() && create.mutate()}
      onClose={onClose}
    >
      <TextField
        field={form.field('name')}
        label={t('common.name')}
        value={form.values.name}
        onChange={(name) => form.change({ name })}
        hint={t('validation.name')}
        isRequired
        autoFocus
      />
      <TextField
        field={form.field('description')}
        label={t('common.description')}
        value={form.values.description}
        onChange={(description) => form.change({ description })}
        isMultiline
      />
    </FormModal>
  );
}
