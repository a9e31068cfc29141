import { SignIn } from '@domus/contract';
import { ActionGroup, Button, Form } from '@patternfly/react-core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../app/api.ts';
import { queryClient, sessionKey } from '../../app/query-client.ts';
import { Notice } from '../../parts/notice.tsx';
import { Refusal } from '../../parts/problem.tsx';
import { TextField } from '../../parts/text-field.tsx';
import { useForm } from '../../parts/use-form.ts';
import { EntryPage } from './entry-page.tsx';

const route = getRouteApi('/sign-in');

/** A path of this site, never another one: what comes from the address bar is not to be trusted. */
const ownPath = (from: string | undefined) => (from?.startsWith('/') && !from.startsWith('//') ? from : '/');

export function SignInPage() {
  const { t } = useTranslation();
  const router = useRouter();
  const { from } = route.useSearch();
  const form = useForm({ schema: SignIn, initial: { name: '', password: '' }, body: (values) => values });
  const setUp = useQuery({
    queryKey: ['setup'],
    queryFn: ({ signal }) => api.call('setup.status', {}, signal),
  });
  const signIn = useMutation({
    mutationFn: () => api.call('session.create', { body: form.values }),
    meta: { shown: true },
    onSuccess: (session) => {
      queryClient.clear();
      queryClient.setQueryData(sessionKey, session);
      router.history.replace(ownPath(from));
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (form.check()) signIn.mutate();
  };

  return (
    <EntryPage title={t('signIn.title')}>
      <Form onSubmit={submit} noValidate>
        {setUp.data?.required && <Notice variant="info" title={t('signIn.setUpFirst')} />}
        <TextField
          field={form.field('name')}
          label={t('signIn.name')}
          value={form.values.name}
          onChange={(name) => form.change({ name })}
          autoComplete="username"
          autoFocus
        />
        <TextField
          field={form.field('password')}
          label={t('signIn.password')}
          type="password"
          value={form.values.password}
          onChange={(password) => form.change({ password })}
          autoComplete="current-password"
        />
        <Refusal error={signIn.error} />
        <ActionGroup>
          <Button type="submit" isBlock isLoading={signIn.isPending} isDisabled={signIn.isPending}>
            {t('signIn.submit')}
          </Button>
        </ActionGroup>
      </Form>
    </EntryPage>
  );
}
