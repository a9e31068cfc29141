import { type User, UserUpdate } from '@domus/contract';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '../../app/api.ts';
import { putResource } from '../../app/cached-resources.ts';
import { queryClient } from '../../app/query-client.ts';
import { FormModal } from '../../parts/form-modal.tsx';
import { TextField } from '../../parts/text-field.tsx';
import { useForm } from '../../parts/use-form.ts';
import { type RoleInput, RolesField } from './roles-field.tsx';

interface Values {
  displayName: string;
  password: string;
  roles: RoleInput[];
}

/** Name shown, roles and, where one is typed, a new password. */
export function EditUserModal({ user, onClose }: { user: User; onClose: () => void }) {
  const { t } = useTranslation();
  const form = useForm<Values>({
    schema: UserUpdate,
    initial: {
      displayName: user.displayName,
      password: '',
      roles: user.roles.map(({ role, project }) => ({ role, project: project?.name ?? null })),
    },
    body: toBody,
    rules: { password: 'validation.password' },
  });
  const { displayName, password, roles } = form.values;
  const update = useMutation({
    mutationFn: () => api.call('user.update', { params: { id: user.id }, body: toBody(form.values) }),
    meta: { shown: true },
    onSuccess: (changed) => {
      putResource(queryClient, 'user', changed);
      onClose();
    },
    onError: form.refuse,
  });
  return (
    <FormModal
      title={t('user.editTitle', { name: user.name })}
      submit={t('common.save')}
      isBusy={update.isPending}
      error={form.refusal}
      onSubmit={() => form.check() && update.mutate()}
      onClose={onClose}
    >
      <TextField
        field={form.field('displayName')}
        label={t('user.displayName')}
        value={displayName}
        onChange={(value) => form.change({ displayName: value })}
      />
      <TextField
        field={form.field('password')}
        label={t('account.newPassword')}
        type="password"
        autoComplete="new-password"
        value={password}
        onChange={(value) => form.change({ password: value })}
        hint={t('user.passwordHint')}
      />
      <RolesField roles={roles} onChange={(value) => form.change({ roles: value })} />
    </FormModal>
  );
}

const toBody = ({ displayName, password, roles }: Values) => ({
  displayName,
  roles,
  ...(password === '' ? {} : { password }),
});
