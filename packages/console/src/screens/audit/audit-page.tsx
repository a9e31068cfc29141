import { Button, PageSection } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '../../app/api.ts';
import { instant } from '../../parts/format.ts';
import { LongText } from '../../parts/long-text.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { QueryView } from '../../parts/query-view.tsx';
import { Status } from '../../parts/status.tsx';

const pageSize = 100;

/** Who changed what, and who was refused; newest first. */
export function AuditPage() {
  const { t } = useTranslation();
  const query = useInfiniteQuery({
    queryKey: ['audit'],
    queryFn: async ({ pageParam, signal }) =>
      (await api.call('audit.list', { query: { limit: pageSize, ...pageParam } }, signal)).items,
    initialPageParam: {},
    getNextPageParam: (last) => (last.length < pageSize ? undefined : { before: last.at(-1)!.id }),
    // An audit entry is no resource: no event tells of it, so the page reads it anew when it is opened.
    staleTime: 0,
  });
  return (
    <>
      <PageHeader
        title={t('nav.audit')}
        description={t('audit.intro')}
        actions={
          <Button variant="secondary" isLoading={query.isFetching} onClick={() => query.refetch()}>
            {t('common.refresh')}
          </Button>
        }
      />
      <PageSection isFilled>
        <QueryView query={query}>
          {({ pages }) => (
            <Table aria-label={t('nav.audit')} variant="compact" gridBreakPoint="grid-md">
              <Thead>
                <Tr>
                  <Th>{t('audit.at')}</Th>
                  <Th>{t('audit.actor')}</Th>
                  <Th>{t('audit.action')}</Th>
                  <Th>{t('audit.resource')}</Th>
                  <Th>{t('audit.outcome')}</Th>
                </Tr>
              </Thead>
              <Tbody>
                {pages
                  .flat()
                  .map(({ id, at, actor, via, action, resourceKind, resourceName, resourceId, outcome, code }) => (
                    <Tr key={id}>
                      <Td dataLabel={t('audit.at')} modifier="nowrap">
                        {instant(at)}
                      </Td>
                      <Td dataLabel={t('audit.actor')}>
                        {actor} <span className="domus-quiet">{via}</span>
                      </Td>
                      <Td dataLabel={t('audit.action')}>
                        <span className="domus-mono">{action}</span>
                      </Td>
                      <Td dataLabel={t('audit.resource')}>
                        {resourceKind !== null && <span className="domus-quiet">{resourceKind}</span>}{' '}
                        <LongText text={resourceName ?? resourceId ?? '–'} />
                      </Td>
                      <Td dataLabel={t('audit.outcome')} modifier="nowrap">
                        <Status tone={outcome === 'accepted' ? 'good' : 'bad'} label={t(`audit.outcomes.${outcome}`)} />{' '}
                        {code !== null && <span className="domus-code">{code}</span>}
                      </Td>
                    </Tr>
                  ))}
              </Tbody>
            </Table>
          )}
        </QueryView>
        {query.hasNextPage && (
          <Button variant="link" isLoading={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
            {t('common.more')}
          </Button>
        )}
      </PageSection>
    </>
  );
}
