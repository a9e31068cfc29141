import { ApiTokenCreate } from '@domus/contract';
import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '../../app/api.ts';
import { queryClient } from '../../app/query-client.ts';
import { tokenList } from '../../app/resources.ts';
import { Copyable } from '../../parts/copyable.tsx';
import { FormModal } from '../../parts/form-modal.tsx';
import { Notice } from '../../parts/notice.tsx';
import { TextField } from '../../parts/text-field.tsx';
import { useForm } from '../../parts/use-form.ts';

/** Makes a token and shows it; closing the dialog is the last one sees of it. */
export function CreateTokenModal({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const form = useForm({
    schema: ApiTokenCreate,
    initial: { name: '', expires: '' },
    body: ({ name, expires }) => ({ name, ...(expires === '' ? {} : { expiresAt: `${expires}T23:59:59.000Z` }) }),
    rules: { name: 'validation.name' },
  });
  const create = useMutation({
    mutationFn: () => api.call('token.create', { body: ApiTokenCreate.parse(form.body) }),
    meta: { shown: true },
    onSuccess: () => queryClient.invalidateQueries(tokenList),
    onError: form.refuse,
  });

  if (create.data !== undefined) {
    return (
      <Modal isOpen variant="small" onClose={onClose} aria-label={t('token.made')}>
        <ModalHeader title={t('token.made')} />
        <ModalBody className="domus-stack">
          <Notice variant="warning" title={t('token.once')} />
          <Copyable text={create.data.token} label={t('token.made')} />
        </ModalBody>
        <ModalFooter>
          <Button onClick={onClose}>{t('common.close')}</Button>
        </ModalFooter>
      </Modal>
    );
  }
  return (
    <FormModal
      title={t('token.create')}
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
        field={form.field('expiresAt')}
        label={t('token.expires')}
        type="date"
        value={form.values.expires}
        onChange={(expires) => form.change({ expires })}
        hint={t('token.expiresHint')}
      />
    </FormModal>
  );
}
