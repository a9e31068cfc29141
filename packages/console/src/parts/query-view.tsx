import { ApiError } from '@domus/contract/client';
import { Skeleton } from '@patternfly/react-core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem } from './problem.tsx';

interface QueryViewProps<T> {
  query: UseQueryResult<T>;
  children: (data: T) => ReactNode;
}

/** A query in its three states: on its way, refused, here. Old data stays on the page while it is asked for
 * again, unless what it told of is gone. */
export function QueryView<T>({ query, children }: QueryViewProps<T>) {
  const { t } = useTranslation();
  const isGone = query.error instanceof ApiError && query.error.problem.status === 404;
  if (query.data !== undefined && !isGone) return children(query.data);
  if (query.isError) return <Problem error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <div className="domus-stack" aria-busy="true">
      <Skeleton screenreaderText={t('common.loading')} width="60%" height="1.5rem" />
      <Skeleton height="1.5rem" />
      <Skeleton width="85%" height="1.5rem" />
      <Skeleton width="70%" height="1.5rem" />
    </div>
  );
}
