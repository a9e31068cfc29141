import type { Host } from '@domus/contract';
import { Gallery, PageSection } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { hostOne } from '../../app/resources.ts';
import { Age } from '../../parts/age.tsx';
import { Copyable } from '../../parts/copyable.tsx';
import { FactsCard } from '../../parts/facts-card.tsx';
import { mebibytes } from '../../parts/format.ts';
import { Meter } from '../../parts/meter.tsx';
import { Notice } from '../../parts/notice.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { QueryView } from '../../parts/query-view.tsx';
import { HostCpuCard } from './host-cpu-card.tsx';
import { HostStatus } from './host-status.tsx';
import { HostVms } from './host-vms.tsx';

const route = getRouteApi('/signed-in/shell/hosts/$hostId');

export function HostPage() {
  const { hostId } = route.useParams();
  const query = useQuery(hostOne(hostId));
  return <QueryView query={query}>{(host) => <HostView host={host} />}</QueryView>;
}

function HostView({ host }: { host: Host }) {
  const { t } = useTranslation();
  const { hypervisor, memory, confinement, limitations } = host;
  return (
    <>
      <PageHeader
        title={host.name}
        parent={<Link to="/hosts">{t('nav.hosts')}</Link>}
        badge={<HostStatus host={host} />}
      />
      <PageSection isFilled>
        <div className="domus-stack">
          {host.state === 'down' && (
            <Notice variant="danger" title={t('host.downTitle')}>
              {host.stateReason}
            </Notice>
          )}
          {limitations.map((limitation) => (
            <Notice key={limitation} variant="warning" title={t(`host.limitation.${limitation}`)}>
              {t(`host.limitation.${limitation}Hint`)}
            </Notice>
          ))}
          <Gallery hasGutter minWidths={{ default: '100%', md: '24rem' }}>
            <HostCpuCard host={host} />
            <FactsCard
              title={t('host.hypervisor')}
              facts={[
                [
                  t('host.hypervisorType'),
                  hypervisor && t('host.versionOf', { what: hypervisor.type, version: hypervisor.version }),
                ],
                [t('host.libvirt'), hypervisor?.libvirtVersion ?? null],
                [t('host.mode'), t(`host.modes.${host.mode}`)],
                [t('host.uri'), <Copyable key="" text={host.libvirtUri} label={t('host.uri')} />],
                [t('host.lastSeen'), host.lastSeenAt && <Age key="" of={host.lastSeenAt} />],
              ]}
            />
            <FactsCard
              title={t('vm.memory')}
              facts={[[t('nav.vms'), t('host.vmsText', { running: host.runningVmCount, total: host.vmCount })]]}
            >
              {memory !== null && (
                <Meter
                  label={t('host.memoryUsed')}
                  used={memory.totalMiB - memory.freeMiB}
                  total={memory.totalMiB}
                  text={t('overview.usedOf', {
                    used: mebibytes(memory.totalMiB - memory.freeMiB),
                    total: mebibytes(memory.totalMiB),
                  })}
                />
              )}
            </FactsCard>
            <FactsCard
              title={t('confinement.title')}
              facts={
                confinement === null
                  ? [[t('common.state'), t('confinement.unknown')]]
                  : [
                      [t('confinement.driver'), t(`confinement.drivers.${confinement.driver}`)],
                      [t('confinement.user'), confinement.qemuUser],
                    ]
              }
            />
          </Gallery>
          <HostVms host={host} />
        </div>
      </PageSection>
    </>
  );
}
