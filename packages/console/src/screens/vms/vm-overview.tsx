import type { Vm } from '@domus/contract';
import { Gallery, Label } from '@patternfly/react-core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../app/session.ts';
import { Age } from '../../parts/age.tsx';
import { Copyable } from '../../parts/copyable.tsx';
import { FactsCard } from '../../parts/facts-card.tsx';
import { mebibytes } from '../../parts/format.ts';
import { Status } from '../../parts/status.tsx';
import { Accelerator } from './accelerator.tsx';
import { VmConfinement } from './vm-confinement.tsx';
import { VmStatus } from './vm-status.tsx';
import { VmThumbnail } from './vm-thumbnail.tsx';

export function VmOverview({ vm }: { vm: Vm }) {
  const { t } = useTranslation();
  const may = useMay();
  return (
    <div className="domus-overview">
      {may('vm:console', vm.project.id) && <VmThumbnail vm={vm} />}
      <Gallery hasGutter minWidths={{ default: '100%', md: '22rem' }}>
        <FactsCard
          title={t('vm.general')}
          facts={[
            [t('common.state'), <VmStatus key="" vm={vm} />],
            [t('vm.addresses'), <Addresses key="" vm={vm} />],
            [
              t('vm.host'),
              vm.host && (
                <Link key="" to="/hosts/$hostId" params={{ hostId: vm.host.id }}>
                  {vm.host.name}
                </Link>
              ),
            ],
            [t('common.project'), vm.project.name],
            [t('vm.image'), vm.image?.name ?? null],
            [t('common.created'), <Age key="" of={vm.createdAt} />],
            [t('vm.started'), vm.startedAt && <Age key="" of={vm.startedAt} />],
            [t('common.description'), vm.description === '' ? null : vm.description],
          ]}
        />
        <FactsCard
          title={t('vm.resources')}
          facts={[
            [t('vm.vcpus'), vm.vcpus],
            [t('vm.memory'), mebibytes(vm.memoryMiB)],
            [t('vm.flavor'), vm.flavor?.name ?? null],
            [t('vm.acceleratorLabel'), <Accelerator key="" accelerator={vm.accelerator} />],
            [
              '',
              <span key="" className="domus-quiet">
                {t(`vm.accelerator.${vm.accelerator}Hint`)}
              </span>,
            ],
          ]}
        />
        <FactsCard
          title={t('vm.guest')}
          facts={[
            [t('vm.guestUser'), vm.guestUser],
            [
              t('vm.agent'),
              <Status
                key=""
                tone={vm.agentConnected ? 'good' : 'off'}
                label={vm.agentConnected ? t('vm.agentConnected') : t('vm.agentMissing')}
                reason={vm.agentConnected ? null : t('vm.agentHint')}
              />,
            ],
            [
              t('vm.displays'),
              <span key="" className="domus-labels">
                {vm.displays.map((display) => (
                  <Label key={display} isCompact variant="outline">
                    {t(`console.kind.${display}`)}
                  </Label>
                ))}
              </span>,
            ],
          ]}
        />
        <VmConfinement vm={vm} />
      </Gallery>
    </div>
  );
}

function Addresses({ vm }: { vm: Vm }) {
  const { t } = useTranslation();
  if (vm.addresses.length === 0) return vm.state === 'running' ? t('vm.addressAwaited') : '–';
  return (
    <div className="domus-stack-tight">
      {vm.addresses.map(({ ip, mac, source }) => (
        <div key={`${mac} ${ip}`}>
          <Copyable text={ip} label={t('vm.address')} />{' '}
          <span className="domus-quiet">{t(`vm.addressSource.${source}`)}</span>
        </div>
      ))}
    </div>
  );
}
