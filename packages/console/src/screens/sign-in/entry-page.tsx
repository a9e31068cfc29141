import { Card, CardBody, CardTitle } from '@patternfly/react-core';
import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Brand } from '../../parts/brand.tsx';
import { LanguageSwitch } from './language-switch.tsx';

/** The frame of the pages before the sign-in. */
export function EntryPage({ title, children }: { title: string; children: ReactNode }) {
  const { t } = useTranslation();
  useEffect(() => {
    document.title = t('shell.pageTitle', { title });
  }, [title, t]);
  return (
    <main className="domus-entry">
      <Brand />
      <Card className="domus-entry-card">
        <CardTitle component="h1">{title}</CardTitle>
        <CardBody>{children}</CardBody>
      </Card>
      <LanguageSwitch />
    </main>
  );
}
