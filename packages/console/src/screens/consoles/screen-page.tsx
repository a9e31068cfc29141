import { EmptyState, EmptyStateBody } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { vmOne } from '../../app/resources.ts';
import { DesktopIcon } from '../../parts/icons.ts';
import { QueryView } from '../../parts/query-view.tsx';
import { SpiceConsole } from './spice-console.tsx';

const route = getRouteApi('/signed-in/vms/$vmId/screen');

/** The screen alone in its window; it connects again by itself when the VM comes back. */
export function ScreenPage() {
  const { t } = useTranslation();
  const { vmId } = route.useParams();
  const query = useQuery(vmOne(vmId));
  const name = query.data?.name;
  const state = query.data?.state;
  const running = state === 'running' || state === 'paused' || state === 'stopping';
  useEffect(() => {
    if (name !== undefined) document.title = t('shell.pageTitle', { title: name });
  }, [name, t]);
  return (
    <main className="domus-full-window">
      {running && <h1 className="pf-v6-screen-reader">{name}</h1>}
      <QueryView query={query}>
        {(vm) =>
          running ? (
            <SpiceConsole vm={vm} isFullWindow />
          ) : (
            <EmptyState icon={DesktopIcon} headingLevel="h1" titleText={vm.name}>
              <EmptyStateBody>{t('console.notRunning')}</EmptyStateBody>
            </EmptyState>
          )
        }
      </QueryView>
    </main>
  );
}
