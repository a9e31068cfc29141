import {
  Button,
  Content,
  Form,
  FormGroup,
  Modal,
  ModalBody,
  ModalFooter,
  ModalHeader,
  TextArea,
} from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

interface PasteModalProps {
  /** Types the text as keystrokes. */
  onType: (text: string) => void;
  /** Puts the text on the guest's clipboard; absent where no agent runs. */
  onClipboard?: ((text: string) => void) | undefined;
  onClose: () => void;
}

/** Brings text into the guest: typed key by key, which always works, or by its clipboard. */
export function PasteModal({ onType, onClipboard, onClose }: PasteModalProps) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const act = (how: (text: string) => void) => () => {
    how(text);
    onClose();
  };
  return (
    <Modal isOpen variant="small" onClose={onClose} aria-label={t('console.paste')}>
      <ModalHeader title={t('console.paste')} />
      <ModalBody>
        <Form onSubmit={(event) => event.preventDefault()}>
          <FormGroup label={t('console.text')} fieldId="paste-text">
            <TextArea id="paste-text" rows={5} autoFocus value={text} onChange={(_, value) => setText(value)} />
          </FormGroup>
          <Content component="p" className="domus-quiet">
            {t('console.typeHint')}
          </Content>
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button isDisabled={text === ''} onClick={act(onType)}>
          {t('console.type')}
        </Button>
        {onClipboard !== undefined && (
          <Button variant="secondary" isDisabled={text === ''} onClick={act(onClipboard)}>
            {t('console.toClipboard')}
          </Button>
        )}
        <Button variant="link" onClick={onClose}>
          {t('common.cancel')}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
