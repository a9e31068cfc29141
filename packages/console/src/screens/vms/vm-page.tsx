import type { Vm } from '@domus/contract';
import { Button, Label, PageSection, Tab, Tabs, TabTitleText } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { vmOne } from '../../app/resources.ts';
import { useMay } from '../../app/session.ts';
import { ActionsMenu } from '../../parts/actions-menu.tsx';
import { Notice } from '../../parts/notice.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { QueryView } from '../../parts/query-view.tsx';
import { useVmActions } from './use-vm-actions.tsx';
import { VmRunningOperation } from './vm-running-operation.tsx';
import { VmStatus } from './vm-status.tsx';
import { VmTabBody } from './vm-tab-body.tsx';
import { type VmTab, vmTabs } from './vm-tabs.ts';

const route = getRouteApi('/signed-in/shell/vms/$vmId');
const consoles: readonly VmTab[] = ['screen', 'vnc', 'serial'];

export function VmPage() {
  const { vmId } = route.useParams();
  const query = useQuery(vmOne(vmId));
  return <QueryView query={query}>{(vm) => <VmView vm={vm} />}</QueryView>;
}

function VmView({ vm }: { vm: Vm }) {
  const { t } = useTranslation();
  const may = useMay();
  const { tab } = route.useSearch();
  const navigate = useNavigate();
  const { actionsOf, dialog } = useVmActions(() => void navigate({ to: '/vms' }));
  const actions = actionsOf(vm);
  /** The act that is wanted most in this state stands as a button, the others in the menu. */
  const main = actions.find(
    ({ key, isDisabled }) => (key === 'start' || key === 'resume' || key === 'stop') && !isDisabled,
  );
  const tabs = vmTabs.filter((each) => !consoles.includes(each) || may('vm:console', vm.project.id));

  return (
    <>
      <PageHeader
        title={vm.name}
        parent={<Link to="/vms">{t('nav.vms')}</Link>}
        badge={
          <>
            <VmStatus vm={vm} />
            {!vm.managed && <Label color="blue">{t('vm.found')}</Label>}
          </>
        }
        actions={
          <>
            {main !== undefined && (
              <Button variant="secondary" onClick={main.onClick}>
                {main.label}
              </Button>
            )}
            <ActionsMenu
              label={t('common.actions')}
              toggle={t('common.actions')}
              actions={actions.filter((action) => action !== main)}
            />
          </>
        }
      />
      {(vm.problem !== null || vm.operationId !== null) && (
        <PageSection className="domus-tight">
          {vm.problem !== null && <Notice variant="warning" title={vm.problem} />}
          {vm.operationId !== null && <VmRunningOperation operationId={vm.operationId} />}
        </PageSection>
      )}
      <PageSection type="tabs">
        <Tabs
          usePageInsets
          activeKey={tab}
          aria-label={t('vm.tabsLabel')}
          onSelect={(_, key) =>
            navigate({ to: '.', search: { tab: vmTabs.find((each) => each === key) ?? 'overview' } })
          }
        >
          {tabs.map((each) => (
            <Tab
              key={each}
              eventKey={each}
              tabContentId="vm-tab"
              title={<TabTitleText>{t(`vm.tab.${each}`)}</TabTitleText>}
            />
          ))}
        </Tabs>
      </PageSection>
      <PageSection id="vm-tab" isFilled role="tabpanel" aria-label={t(`vm.tab.${tab}`)}>
        <VmTabBody vm={vm} tab={tab} />
      </PageSection>
      {dialog}
    </>
  );
}
