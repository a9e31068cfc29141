import { EmptyState, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { SearchIcon } from '../../parts/icons.ts';

export function NotFound() {
  const { t } = useTranslation();
  return (
    <EmptyState titleText={t('shell.notFound')} headingLevel="h1" icon={SearchIcon}>
      <EmptyStateBody>{t('shell.notFoundHint')}</EmptyStateBody>
      <EmptyStateFooter>
        <Link to="/">{t('nav.overview')}</Link>
      </EmptyStateFooter>
    </EmptyState>
  );
}
