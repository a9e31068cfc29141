import { SetUp } from '@domus/contract';
import { ActionGroup, Button, Content, Form } from '@patternfly/react-core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../app/api.ts';
import { queryClient, sessionKey } from '../../app/query-client.ts';
import { Notice } from '../../parts/notice.tsx';
import { Refusal } from '../../parts/problem.tsx';
import { TextField } from '../../parts/text-field.tsx';
import { useForm } from '../../parts/use-form.ts';
import { EntryPage } from './entry-page.tsx';

const initial = { name: 'admin', password: '', again: '' };

/** The first start: the one-time link brings its token in the fragment, which no server log ever sees. */
export function SetUpPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [token] = useState(() => location.hash.slice(1));
  const form = useForm({
    schema: SetUp,
    initial,
    body: ({ name, password }) => ({ token, name, password }),
    rules: { name: 'validation.userName' },
  });
  const { name, password, again } = form.values;
  const setUp = useMutation({
    mutationFn: () => api.call('setup.complete', { body: { token, name, password } }),
    meta: { shown: true },
    onSuccess: async (session) => {
      queryClient.clear();
      queryClient.setQueryData(sessionKey, session);
      await navigate({ to: '/', replace: true });
    },
    onError: form.refuse,
  });
  const differs = again !== '' && again !== password;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (form.check() && again === password) setUp.mutate();
  };

  if (token === '') {
    return (
      <EntryPage title={t('setUp.title')}>
        <Notice variant="warning" title={t('setUp.noToken')}>
          {t('setUp.noTokenHint')}
        </Notice>
      </EntryPage>
    );
  }
  return (
    <EntryPage title={t('setUp.title')}>
      <Form onSubmit={submit} noValidate>
        <Content component="p">{t('setUp.intro')}</Content>
        <TextField
          field={form.field('name')}
          label={t('setUp.name')}
          value={name}
          onChange={(value) => form.change({ name: value })}
          autoComplete="username"
          isRequired
        />
        <TextField
          field={form.field('password')}
          label={t('signIn.password')}
          hint={t('validation.password')}
          type="password"
          value={password}
          onChange={(value) => form.change({ password: value })}
          autoComplete="new-password"
          isRequired
          autoFocus
        />
        <TextField
          field={{ ...form.field('again'), error: differs ? t('validation.passwordsDiffer') : undefined }}
          label={t('setUp.again')}
          type="password"
          value={again}
          onChange={(value) => form.change({ again: value })}
          autoComplete="new-password"
          isRequired
        />
        <Refusal error={form.refusal} />
        <ActionGroup>
          <Button type="submit" isBlock isLoading={setUp.isPending} isDisabled={setUp.isPending || again === ''}>
            {t('setUp.submit')}
          </Button>
        </ActionGroup>
      </Form>
    </EntryPage>
  );
}
