import { Button } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CheckCircleIcon, CopyIcon } from './icons.ts';

/** Copies a longer text; absent where the browser gives pages no clipboard (plain HTTP from afar). */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState<string>();
  if (navigator.clipboard === undefined) return null;
  const done = copied === text;
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(text);
  };
  return (
    <Button
      variant="plain"
      icon={done ? <CheckCircleIcon /> : <CopyIcon />}
      aria-label={done ? t('common.copied') : t('common.copyOf', { what: label })}
      onClick={() => void copy()}
    />
  );
}
