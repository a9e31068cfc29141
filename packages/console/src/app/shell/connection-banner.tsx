import { Banner } from '@patternfly/react-core';
import { use } from 'react';
import { useTranslation } from 'react-i18next';
import { LiveContext } from '../live-context.ts';

export function ConnectionBanner() {
  const { t } = useTranslation();
  const live = use(LiveContext);
  return <div role="status">{live ? null : <Banner status="warning">{t('shell.connectionLost')}</Banner>}</div>;
}
