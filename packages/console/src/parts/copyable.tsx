import { ClipboardCopy } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

/** Longer than an IPv6 address is cut in the middle. */
const longest = 39;

/** A short text in fixed width with a button that copies it. */
export function Copyable({ text, label }: { text: string; label: string }) {
  const { t } = useTranslation();
  return (
    <ClipboardCopy
      isCode
      variant="inline-compact"
      isReadOnly
      truncation={text.length > longest && { position: 'middle' }}
      hoverTip={t('common.copy')}
      clickTip={t('common.copied')}
      copyAriaLabel={t('common.copyOf', { what: label })}
      textAriaLabel={label}
    >
      {text}
    </ClipboardCopy>
  );
}
