import {
  EmptyState,
  EmptyStateBody,
  EmptyStateFooter,
  PageSection,
  SearchInput,
  Toolbar,
  ToolbarContent,
  ToolbarItem,
} from '@patternfly/react-core';
import type { UseQueryResult } from '@tanstack/react-query';
import { type ComponentType, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PageHeader } from './page-header.tsx';
import { QueryView } from './query-view.tsx';

interface ListPageProps<T> {
  title: string;
  description?: string;
  query: UseQueryResult<readonly T[]>;
  /** The texts in which the search looks. */
  textOf: (item: T) => readonly (string | null)[];
  /** Narrows further than the search; drawn beside it. */
  filters?: ReactNode;
  matches?: (item: T) => boolean;
  /** The main act of the page: to make one. */
  primary?: ReactNode;
  /** Drawn in the toolbar, e.g. acts on what is selected. */
  tools?: ReactNode;
  empty: { icon: ComponentType; title: string; body: string };
  children: (items: readonly T[]) => ReactNode;
}

/** Every list: a title, the main act, search and filters, then the table; or what to do where there is nothing yet. */
export function ListPage<T>(props: ListPageProps<T>) {
  const { title, description, query, textOf, filters, matches, primary, tools, empty, children } = props;
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const wanted = search.trim().toLowerCase();
  const found = (item: T) =>
    (matches?.(item) ?? true) && textOf(item).some((text) => text?.toLowerCase().includes(wanted) ?? wanted === '');

  return (
    <>
      <PageHeader
        title={title}
        {...(description === undefined ? {} : { description })}
        {...(primary === undefined ? {} : { actions: primary })}
      />
      <PageSection isFilled>
        <QueryView query={query}>
          {(items) => {
            if (items.length === 0) {
              return (
                <EmptyState titleText={empty.title} headingLevel="h2" icon={empty.icon} variant="sm">
                  <EmptyStateBody>{empty.body}</EmptyStateBody>
                  {primary !== undefined && <EmptyStateFooter>{primary}</EmptyStateFooter>}
                </EmptyState>
              );
            }
            const visible = items.filter(found);
            return (
              <>
                <Toolbar hasNoPadding>
                  <ToolbarContent>
                    <ToolbarItem>
                      <SearchInput
                        aria-label={t('common.searchIn', { what: title })}
                        placeholder={t('common.search')}
                        value={search}
                        onChange={(_, value) => setSearch(value)}
                        onClear={() => setSearch('')}
                        resetButtonLabel={t('common.clear')}
                      />
                    </ToolbarItem>
                    {filters}
                    {tools}
                    <ToolbarItem align={{ default: 'alignEnd' }} alignSelf="center">
                      <span className="domus-quiet" role="status">
                        {t('common.shownOf', { shown: visible.length, total: items.length })}
                      </span>
                    </ToolbarItem>
                  </ToolbarContent>
                </Toolbar>
                {visible.length === 0 ? (
                  <EmptyState titleText={t('common.noMatch')} headingLevel="h2" variant="sm">
                    <EmptyStateBody>{t('common.noMatchHint')}</EmptyStateBody>
                  </EmptyState>
                ) : (
                  children(visible)
                )}
              </>
            );
          }}
        </QueryView>
      </PageSection>
    </>
  );
}
