import { VolumeCreate } from '@domus/contract';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '../../app/api.ts';
import { useStart } from '../../app/operations.ts';
import { storagePoolList } from '../../app/resources.ts';
import { FormModal } from '../../parts/form-modal.tsx';
import { ProjectField, useUsualProject } from '../../parts/project-field.tsx';
import { SelectField } from '../../parts/select-field.tsx';
import { TextField } from '../../parts/text-field.tsx';
import { useForm } from '../../parts/use-form.ts';

const initial = { name: '', sizeGiB: '10', storagePool: '', project: '' };

export function CreateVolumeModal({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { data: storagePools = [] } = useQuery(storagePoolList);
  const usualProject = useUsualProject();
  const form = useForm({
    schema: VolumeCreate,
    initial,
    body: ({ name, sizeGiB, storagePool, project }) => ({
      name,
      sizeGiB: Number(sizeGiB),
      project: project || usualProject,
      ...(storagePool === '' ? {} : { storagePool }),
    }),
    rules: { name: 'validation.name', sizeGiB: 'validation.diskGiB' },
  });
  const create = useStart(() => api.call('volume.create', { body: VolumeCreate.parse(form.body) }), {
    shown: true,
    onStarted: onClose,
  });
  return (
    <FormModal
      title={t('volume.create')}
      submit={t('common.create')}
      isBusy={create.isPending}
      error={form.refusal}
      onSubmit={() => form.check() && create.mutate(undefined, { onError: form.refuse })}
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
        field={form.field('sizeGiB')}
        label={t('volume.sizeGiB')}
        type="number"
        value={form.values.sizeGiB}
        onChange={(sizeGiB) => form.change({ sizeGiB })}
        isRequired
      />
      <SelectField
        field={form.field('storagePool')}
        label={t('volume.storagePool')}
        value={form.values.storagePool}
        onChange={(storagePool) => form.change({ storagePool })}
        options={[
          { value: '', label: t('common.defaultChoice') },
          ...storagePools.map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
      <ProjectField
        field={form.field('project')}
        value={form.values.project || usualProject}
        onChange={(project) => form.change({ project })}
      />
    </FormModal>
  );
}
