import { Form } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { Notice } from '../../parts/notice.tsx';
import { TextField } from '../../parts/text-field.tsx';
import type { VmCreateForm } from './steps.ts';

/** The person inside the guest, whom cloud-init makes at the first start. */
export function GuestStep({ form, isIso }: { form: VmCreateForm; isIso: boolean }) {
  const { t } = useTranslation();
  const { user, password, sshKeys } = form.values;
  if (isIso) return <Notice variant="info" title={t('create.noGuestForIso')} />;
  return (
    <Form onSubmit={(event) => event.preventDefault()} className="domus-wide-form">
      <TextField
        field={form.field('guestUser.name')}
        label={t('create.user')}
        value={user}
        onChange={(value) => form.change({ user: value })}
        hint={t('create.userHint')}
      />
      <TextField
        field={form.field('guestUser.password')}
        label={t('signIn.password')}
        type="password"
        autoComplete="new-password"
        value={password}
        onChange={(value) => form.change({ password: value })}
        hint={t('validation.guestPassword')}
      />
      <TextField
        field={form.field('guestUser.sshKeys')}
        label={t('create.sshKeys')}
        value={sshKeys}
        onChange={(value) => form.change({ sshKeys: value })}
        hint={t('validation.sshKeys')}
        isMultiline
      />
      {password === '' && sshKeys.trim() === '' && (
        <Notice isPlain variant="warning" title={t('create.nobodyCanSignIn')} />
      )}
    </Form>
  );
}
