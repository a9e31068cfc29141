import { Button, Form, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { type FormEvent, type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { Refusal } from './problem.tsx';

interface FormModalProps {
  title: string;
  submit: string;
  children: ReactNode;
  variant?: 'small' | 'medium';
  isBusy: boolean;
  error: unknown;
  onSubmit: () => void;
  onClose: () => void;
}

/** A short form in a dialog; Enter submits it. */
export function FormModal(props: FormModalProps) {
  const { title, submit, children, variant = 'small', isBusy, error, onSubmit, onClose } = props;
  const { t } = useTranslation();
  const formId = useId();
  const send = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <Modal isOpen variant={variant} onClose={onClose} aria-label={title}>
      <ModalHeader title={title} />
      <ModalBody>
        <Form id={formId} onSubmit={send} noValidate>
          {children}
          <Refusal error={error} />
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button type="submit" form={formId} isLoading={isBusy} isDisabled={isBusy}>
          {submit}
        </Button>
        <Button variant="link" onClick={onClose}>
          {t('common.cancel')}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
