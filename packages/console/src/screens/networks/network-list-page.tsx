import type { Network } from '@domus/contract';
import { Button, Label } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { networkList } from '../../app/resources.ts';
import { useMay } from '../../app/session.ts';
import { ActiveStatus } from '../../parts/active-status.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { NetworkWiredIcon } from '../../parts/icons.ts';
import { ListPage } from '../../parts/list-page.tsx';
import { LongText } from '../../parts/long-text.tsx';
import { CreateNetworkModal } from './create-network-modal.tsx';
import { DeleteNetworkModal } from './delete-network-modal.tsx';

type Dialog = { kind: 'create' } | { kind: 'delete'; network: Network };

export function NetworkListPage() {
  const { t } = useTranslation();
  const may = useMay();
  const query = useQuery(networkList);
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const close = () => setDialog(null);
  const actionsOf = (network: Network) => [
    {
      key: 'delete',
      label: t('common.delete'),
      isDanger: true,
      isDisabled: !network.managed || network.default,
      onClick: () => setDialog({ kind: 'delete', network }),
    },
  ];
  return (
    <>
      <ListPage
        title={t('nav.networks')}
        query={query}
        textOf={({ name, cidr, bridge, host }) => [name, cidr, bridge, host.name]}
        primary={
          may('network:write') && <Button onClick={() => setDialog({ kind: 'create' })}>{t('network.create')}</Button>
        }
        empty={{ icon: NetworkWiredIcon, title: t('network.none'), body: t('network.noneHint') }}
      >
        {(networks) => (
          <DataTable<Network>
            label={t('nav.networks')}
            items={networks}
            idOf={({ id }) => id}
            nameOf={({ name }) => name}
            actions={may('network:write') ? actionsOf : undefined}
            initialOrder={{ key: 'name', direction: 'asc' }}
            columns={[
              {
                key: 'name',
                label: t('common.name'),
                sortBy: ({ name }) => name,
                cell: (network) => (
                  <span className="domus-name-cell">
                    <LongText text={network.name} />
                    {network.default && <Label isCompact>{t('common.default')}</Label>}
                    {!network.managed && (
                      <Label isCompact color="blue" variant="outline">
                        {t('vm.found')}
                      </Label>
                    )}
                  </span>
                ),
              },
              {
                key: 'state',
                label: t('common.state'),
                isNarrow: true,
                cell: ({ state }) => <ActiveStatus state={state} />,
              },
              {
                key: 'mode',
                label: t('network.mode'),
                isNarrow: true,
                sortBy: ({ mode }) => mode,
                cell: ({ mode }) => t(`network.modes.${mode}`),
              },
              {
                key: 'cidr',
                label: t('network.cidr'),
                isNarrow: true,
                sortBy: ({ cidr }) => cidr ?? '',
                cell: ({ cidr }) => <span className="domus-mono">{cidr ?? '–'}</span>,
              },
              {
                key: 'bridge',
                label: t('network.bridge'),
                isNarrow: true,
                cell: ({ bridge }) => <span className="domus-mono">{bridge ?? '–'}</span>,
              },
              { key: 'host', label: t('vm.host'), cell: ({ host }) => <LongText text={host.name} /> },
            ]}
          />
        )}
      </ListPage>
      {dialog?.kind === 'create' && <CreateNetworkModal onClose={close} />}
      {dialog?.kind === 'delete' && <DeleteNetworkModal network={dialog.network} onClose={close} />}
    </>
  );
}
