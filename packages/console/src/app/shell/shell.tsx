import { Page, SkipToContent } from '@patternfly/react-core';
import { Outlet } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConnectionBanner } from './connection-banner.tsx';
import { Header } from './header.tsx';
import { Navigation } from './navigation.tsx';
import { OperationsDrawer } from './operations-drawer.tsx';
import { useSidebarState } from './sidebar-state.ts';

const mainId = 'main';

/** The frame of every page: header, navigation, running operations. */
export function Shell() {
  const { t } = useTranslation();
  const sidebar = useSidebarState();
  const [drawerOpen, setDrawerOpen] = useState(false);
  return (
    <Page
      mainContainerId={mainId}
      skipToContent={<SkipToContent href={`#${mainId}`}>{t('shell.skip')}</SkipToContent>}
      masthead={
        <Header sidebar={sidebar} operationsOpen={drawerOpen} onOperations={() => setDrawerOpen((open) => !open)} />
      }
      sidebar={<Navigation {...sidebar} />}
      notificationDrawer={<OperationsDrawer onClose={() => setDrawerOpen(false)} />}
      isNotificationDrawerExpanded={drawerOpen}
    >
      <ConnectionBanner />
      <Outlet />
    </Page>
  );
}
