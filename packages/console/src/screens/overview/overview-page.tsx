import { Gallery, PageSection } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { hostList, imageList, vmList } from '../../app/resources.ts';
import { PageHeader } from '../../parts/page-header.tsx';
import { QueryView } from '../../parts/query-view.tsx';
import { FirstSteps } from './first-steps.tsx';
import { HostsCard } from './hosts-card.tsx';
import { ProblemsCard } from './problems-card.tsx';
import { RecentOperationsCard } from './recent-operations-card.tsx';
import { StorageCard } from './storage-card.tsx';
import { UsageCard } from './usage-card.tsx';
import { VmsCard } from './vms-card.tsx';

/** The house at a glance; before the first VM, the way to it. */
export function OverviewPage() {
  const { t } = useTranslation();
  const vms = useQuery(vmList);
  const hosts = useQuery(hostList);
  const images = useQuery(imageList);
  return (
    <>
      <PageHeader title={t('nav.overview')} />
      <PageSection isFilled>
        <QueryView query={vms}>
          {(allVms) => (
            <div className="domus-stack">
              {allVms.every(({ managed }) => !managed) && <FirstSteps images={images.data ?? []} />}
              <Gallery hasGutter minWidths={{ default: '100%', md: '15rem' }}>
                <VmsCard vms={allVms} />
                <QueryView query={hosts}>{(allHosts) => <HostsCard hosts={allHosts} />}</QueryView>
                <UsageCard vms={allVms} hosts={hosts.data ?? []} />
                <StorageCard />
              </Gallery>
              <Gallery hasGutter minWidths={{ default: '100%', lg: '28rem' }}>
                <ProblemsCard vms={allVms} hosts={hosts.data ?? []} />
                <RecentOperationsCard />
              </Gallery>
            </div>
          )}
        </QueryView>
      </PageSection>
    </>
  );
}
