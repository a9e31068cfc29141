import type { ApiToken } from '@domus/contract';
import { Button, Card, CardBody, CardHeader, CardTitle } from '@patternfly/react-core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../app/api.ts';
import { queryClient } from '../../app/query-client.ts';
import { tokenList } from '../../app/resources.ts';
import { Age } from '../../parts/age.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { instant } from '../../parts/format.ts';
import { QueryView } from '../../parts/query-view.tsx';
import { CreateTokenModal } from './create-token-modal.tsx';

/** Tokens with which programs act as this user. */
export function TokensCard() {
  const { t } = useTranslation();
  const [creating, setCreating] = useState(false);
  const query = useQuery(tokenList);
  const revoke = useMutation({
    mutationFn: (id: string) => api.call('token.delete', { params: { id } }),
    onSuccess: () => queryClient.invalidateQueries(tokenList),
  });
  return (
    <Card isCompact className="domus-card">
      <CardHeader
        actions={{
          actions: (
            <Button variant="secondary" size="sm" onClick={() => setCreating(true)}>
              {t('token.create')}
            </Button>
          ),
        }}
      >
        <CardTitle component="h2">{t('token.title')}</CardTitle>
      </CardHeader>
      <CardBody>
        <QueryView query={query}>
          {(tokens) =>
            tokens.length === 0 ? (
              <span className="domus-quiet">{t('token.none')}</span>
            ) : (
              <DataTable<ApiToken>
                label={t('token.title')}
                items={tokens}
                idOf={({ id }) => id}
                nameOf={({ name }) => name}
                actions={({ id }) => [
                  { key: 'revoke', label: t('token.revoke'), isDanger: true, onClick: () => revoke.mutate(id) },
                ]}
                columns={[
                  { key: 'name', label: t('common.name'), cell: ({ name }) => name },
                  { key: 'created', label: t('common.created'), cell: ({ createdAt }) => <Age of={createdAt} /> },
                  {
                    key: 'expires',
                    label: t('token.expires'),
                    cell: ({ expiresAt }) => (expiresAt === null ? t('token.never') : instant(expiresAt)),
                  },
                  {
                    key: 'used',
                    label: t('token.lastUsed'),
                    cell: ({ lastUsedAt }) => (lastUsedAt === null ? t('token.unused') : <Age of={lastUsedAt} />),
                  },
                ]}
              />
            )
          }
        </QueryView>
      </CardBody>
      {creating && <CreateTokenModal onClose={() => setCreating(false)} />}
    </Card>
  );
}
