import { NetworkCreate } from '@domus/contract';
import { useTranslation } from 'react-i18next';
import { api } from '../../app/api.ts';
import { useStart } from '../../app/operations.ts';
import { FormModal } from '../../parts/form-modal.tsx';
import { SelectField } from '../../parts/select-field.tsx';
import { TextField } from '../../parts/text-field.tsx';
import { useForm } from '../../parts/use-form.ts';

const modes = ['nat', 'isolated'] as const;
const initial: { name: string; mode: (typeof modes)[number]; cidr: string } = {
  name: '',
  mode: 'nat',
  cidr: '10.10.0.0/24',
};

export function CreateNetworkModal({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const form = useForm({
    schema: NetworkCreate,
    initial,
    body: (values) => values,
    rules: { name: 'validation.name', cidr: 'validation.cidr' },
  });
  const { name, mode, cidr } = form.values;
  const create = useStart(() => api.call('network.create', { body: form.values }), { shown: true, onStarted: onClose });
  return (
    <FormModal
      title={t('network.create')}
      submit={t('common.create')}
      isBusy={create.isPending}
      error={form.refusal}
      onSubmit={() => form.check() && create.mutate(undefined, { onError: form.refuse })}
      onClose={onClose}
    >
      <TextField
        field={form.field('name')}
        label={t('common.name')}
        value={name}
        onChange={(value) => form.change({ name: value })}
        hint={t('validation.name')}
        isRequired
        autoFocus
      />
      <SelectField
        field={form.field('mode')}
        label={t('network.mode')}
        value={mode}
        onChange={(value) => form.change({ mode: modes.find((each) => each === value) ?? 'nat' })}
        hint={t(`network.modeHint.${mode}`)}
        options={modes.map((each) => ({ value: each, label: t(`network.modes.${each}`) }))}
      />
      <TextField
        field={form.field('cidr')}
        label={t('network.cidr')}
        value={cidr}
        onChange={(value) => form.change({ cidr: value })}
        hint={t('validation.cidr')}
        isRequired
      />
    </FormModal>
  );
}
