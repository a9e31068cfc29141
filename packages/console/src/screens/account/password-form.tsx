import { PasswordChange } from '@domus/contract';
import { ActionGroup, Button, Form } from '@patternfly/react-core';
import { useMutation } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../app/api.ts';
import { toast } from '../../app/toasts.ts';
import { Refusal } from '../../parts/problem.tsx';
import { TextField } from '../../parts/text-field.tsx';
import { useForm } from '../../parts/use-form.ts';

const empty = { current: '', password: '', again: '' };

export function PasswordForm() {
  const { t } = useTranslation();
  const form = useForm({
    schema: PasswordChange,
    initial: empty,
    body: ({ current, password }) => ({ current, password }),
    rules: { password: 'validation.password' },
  });
  const { current, password, again } = form.values;
  const change = useMutation({
    mutationFn: () => api.call('session.password', { body: { current, password } }),
    meta: { shown: true },
    onSuccess: () => {
      form.reset();
      toast({ variant: 'success', title: t('account.passwordChanged'), detail: null });
    },
    onError: form.refuse,
  });
  const differs = again !== '' && again !== password;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (form.check() && again === password) change.mutate();
  };
  return (
    <Form onSubmit={submit} noValidate>
      <TextField
        field={form.field('current')}
        label={t('account.currentPassword')}
        type="password"
        autoComplete="current-password"
        value={current}
        onChange={(value) => form.change({ current: value })}
      />
      <TextField
        field={form.field('password')}
        label={t('account.newPassword')}
        type="password"
        autoComplete="new-password"
        value={password}
        onChange={(value) => form.change({ password: value })}
        hint={t('validation.password')}
      />
      <TextField
        field={{ ...form.field('again'), error: differs ? t('validation.passwordsDiffer') : undefined }}
        label={t('setUp.again')}
        type="password"
        autoComplete="new-password"
        value={again}
        onChange={(value) => form.change({ again: value })}
      />
      <Refusal error={form.refusal} />
      <ActionGroup>
        <Button
          type="submit"
          variant="secondary"
          isLoading={change.isPending}
          isDisabled={change.isPending || again === ''}
        >
          {t('account.changePassword')}
        </Button>
      </ActionGroup>
    </Form>
  );
}
