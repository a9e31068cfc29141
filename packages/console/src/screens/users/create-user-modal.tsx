import { UserCreate } from '@domus/contract';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '../../app/api.ts';
import { queryClient } from '../../app/query-client.ts';
import { userList } from '../../app/resources.ts';
import { FormModal } from '../../parts/form-modal.tsx';
import { TextField } from '../../parts/text-field.tsx';
import { useForm } from '../../parts/use-form.ts';
import { type RoleInput, RolesField } from './roles-field.tsx';

const initial = {
  name: '',
  displayName: '',
  password: '',
  roles: [{ role: 'user', project: 'default' }] as RoleInput[],
};

export function CreateUserModal({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const form = useForm({
    schema: UserCreate,
    initial,
    body: (values) => values,
    rules: { name: 'validation.userName', password: 'validation.password' },
  });
  const { name, displayName, password, roles } = form.values;
  const create = useMutation({
    mutationFn: () => api.call('user.create', { body: form.values }),
    meta: { shown: true },
    onSuccess: async () => {
      onClose();
      await queryClient.invalidateQueries(userList);
    },
    onError: form.refuse,
  });
  return (
    <FormModal
      title={t('user.create')}
      submit={t('common.create')}
      isBusy={create.isPending}
      error={form.refusal}
      onSubmit={() => form.check() && create.mutate()}
      onClose={onClose}
    >
      <TextField
        field={form.field('name')}
        label={t('signIn.name')}
        value={name}
        onChange={(value) => form.change({ name: value })}
        hint={t('validation.userName')}
        isRequired
        autoFocus
      />
      <TextField
        field={form.field('displayName')}
        label={t('user.displayName')}
        value={displayName}
        onChange={(value) => form.change({ displayName: value })}
      />
      <TextField
        field={form.field('password')}
        label={t('signIn.password')}
        type="password"
        autoComplete="new-password"
        value={password}
        onChange={(value) => form.change({ password: value })}
        hint={t('validation.password')}
        isRequired
      />
      <RolesField roles={roles} onChange={(value) => form.change({ roles: value })} />
    </FormModal>
  );
}
