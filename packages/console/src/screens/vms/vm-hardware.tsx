import type { Vm } from '@domus/contract';
import { Title } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { DataTable } from '../../parts/data-table.tsx';
import { LongText } from '../../parts/long-text.tsx';

type Disk = Vm['disks'][number];
type Nic = Vm['nics'][number];

/** Disks and network cards as the hypervisor has them. */
export function VmHardware({ vm }: { vm: Vm }) {
  const { t } = useTranslation();
  return (
    <div className="domus-stack">
      <Title headingLevel="h2" size="lg">
        {t('vm.disks')}
      </Title>
      <DataTable<Disk>
        label={t('vm.disks')}
        items={vm.disks}
        idOf={(disk) => disk.target}
        nameOf={(disk) => disk.target}
        columns={[
          {
            key: 'target',
            label: t('vm.disk.target'),
            isNarrow: true,
            cell: (disk) => <span className="domus-mono">{disk.target}</span>,
          },
          {
            key: 'device',
            label: t('vm.disk.device'),
            isNarrow: true,
            cell: (disk) => t(`vm.disk.devices.${disk.device}`),
          },
          { key: 'source', label: t('vm.disk.source'), cell: (disk) => <LongText text={disk.source ?? '–'} /> },
        ]}
      />
      <Title headingLevel="h2" size="lg">
        {t('vm.nics')}
      </Title>
      <DataTable<Nic>
        label={t('vm.nics')}
        items={vm.nics}
        idOf={(nic) => nic.mac}
        nameOf={(nic) => nic.mac}
        columns={[
          {
            key: 'mac',
            label: t('vm.nic.mac'),
            isNarrow: true,
            cell: (nic) => <span className="domus-mono">{nic.mac}</span>,
          },
          { key: 'network', label: t('vm.nic.network'), cell: (nic) => nic.network ?? '–' },
          { key: 'model', label: t('vm.nic.model'), cell: (nic) => nic.model ?? '–' },
          {
            key: 'address',
            label: t('vm.address'),
            cell: (nic) => (
              <span className="domus-mono">
                {vm.addresses
                  .filter(({ mac }) => mac === nic.mac)
                  .map(({ ip }) => ip)
                  .join(', ') || '–'}
              </span>
            ),
          },
        ]}
      />
    </div>
  );
}
