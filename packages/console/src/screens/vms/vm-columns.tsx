import type { Vm } from '@domus/contract';
import { Label } from '@patternfly/react-core';
import { Link } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { Age } from '../../parts/age.tsx';
import type { Column } from '../../parts/data-table.tsx';
import { mebibytes } from '../../parts/format.ts';
import { LongText } from '../../parts/long-text.tsx';
import { Accelerator } from './accelerator.tsx';
import { VmStatus } from './vm-status.tsx';

export const vmColumns = (t: TFunction): readonly Column<Vm>[] => [
  {
    key: 'name',
    label: t('common.name'),
    sortBy: (vm) => vm.name,
    cell: (vm) => (
      <span className="domus-name-cell">
        <Link to="/vms/$vmId" params={{ vmId: vm.id }} search={{ tab: 'overview' }}>
          <LongText text={vm.name} />
        </Link>
        {!vm.managed && (
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
    sortBy: (vm) => t(`vm.state.${vm.state}`),
    isNarrow: true,
    cell: (vm) => <VmStatus vm={vm} />,
  },
  {
    key: 'address',
    label: t('vm.address'),
    sortBy: (vm) => vm.addresses[0]?.ip ?? '',
    isNarrow: true,
    cell: (vm) => <span className="domus-mono">{vm.addresses[0]?.ip ?? '–'}</span>,
  },
  {
    key: 'host',
    label: t('vm.host'),
    sortBy: (vm) => vm.host?.name ?? '',
    cell: (vm) => <LongText text={vm.host?.name ?? '–'} />,
  },
  {
    key: 'size',
    label: t('vm.size'),
    sortBy: (vm) => vm.memoryMiB,
    isNarrow: true,
    cell: (vm) => t('vm.sizeText', { vcpus: vm.vcpus, memory: mebibytes(vm.memoryMiB) }),
  },
  {
    key: 'image',
    label: t('vm.image'),
    cell: (vm) => <LongText text={vm.image?.name ?? '–'} />,
  },
  {
    key: 'accelerator',
    label: t('vm.acceleratorLabel'),
    isNarrow: true,
    cell: (vm) => <Accelerator accelerator={vm.accelerator} />,
  },
  {
    key: 'age',
    label: t('common.created'),
    sortBy: (vm) => Date.parse(vm.createdAt),
    isNarrow: true,
    cell: (vm) => <Age of={vm.createdAt} />,
  },
];
