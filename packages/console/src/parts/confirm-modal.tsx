import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Refusal } from './problem.tsx';

interface ConfirmModalProps {
  title: string;
  /** What the button says; the act itself, not "OK". */
  confirm: string;
  children: ReactNode;
  isBusy: boolean;
  error: unknown;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before something is lost. */
export function ConfirmModal({ title, confirm, children, isBusy, error, onConfirm, onClose }: ConfirmModalProps) {
  const { t } = useTranslation();
  return (
    <Modal isOpen variant="small" onClose={onClose} aria-label={title}>
      <ModalHeader title={title} titleIconVariant="warning" />
      <ModalBody className="domus-stack">
        {children}
        <Refusal error={error} />
      </ModalBody>
      <ModalFooter>
        <Button variant="danger" onClick={onConfirm} isLoading={isBusy} isDisabled={isBusy}>
          {confirm}
        </Button>
        <Button variant="link" onClick={onClose}>
          {t('common.cancel')}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
