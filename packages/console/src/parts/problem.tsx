import { Button, EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { failure } from '../app/problem-text.ts';
import { Notice } from './notice.tsx';

interface ProblemProps {
  error: unknown;
  onRetry: () => void;
}

/** Takes the place of what could not be read: the reason, its code, and another try. */
export function Problem({ error, onRetry }: ProblemProps) {
  const { t } = useTranslation();
  const { code, text } = failure(error);
  return (
    <EmptyState status="danger" variant="sm" headingLevel="h2" titleText={t('common.couldNotLoad')}>
      <EmptyStateBody>
        {text}
        {code !== null && <div className="domus-code">{code}</div>}
      </EmptyStateBody>
      <EmptyStateFooter>
        <EmptyStateActions>
          <Button variant="secondary" onClick={onRetry}>
            {t('common.retry')}
          </Button>
        </EmptyStateActions>
      </EmptyStateFooter>
    </EmptyState>
  );
}

/** A refusal inside a form or a dialog; nothing where there is none. */
export function Refusal({ error }: { error: unknown }) {
  if (error === null || error === undefined) return null;
  const { code, text } = failure(error);
  return (
    <Notice isLive variant="danger" title={text}>
      {code !== null && <span className="domus-code">{code}</span>}
    </Notice>
  );
}
