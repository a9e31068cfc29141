import type { Vm } from '@domus/contract';
import { routePath } from '@domus/contract/client';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fetchRaw } from '../../app/api.ts';
import { DesktopIcon } from '../../parts/icons.ts';

/** A screenshot costs the host some milliseconds; more often than this shows a person nothing new. */
const refreshMs = 4000;

/** The guest's screen, small and nearly live; a press opens it. Asked for only while the page is visible. */
export function VmThumbnail({ vm }: { vm: Vm }) {
  const { t } = useTranslation();
  const running = (vm.state === 'running' || vm.state === 'paused') && vm.displays.some((each) => each !== 'serial');
  const { data } = useQuery({
    queryKey: ['screenshot', vm.id],
    queryFn: async ({ signal }) =>
      (await fetchRaw(routePath('vm.screenshot', { params: { id: vm.id } }), signal)).blob(),
    enabled: running,
    refetchInterval: vm.state === 'running' ? refreshMs : false,
    retry: false,
    gcTime: 0,
  });
  const url = useObjectUrl(running ? data : undefined);
  const body =
    url === undefined ? (
      <span className="domus-thumbnail-empty">
        <DesktopIcon />
        {running ? t('common.loading') : t('console.off')}
      </span>
    ) : (
      <img src={url} alt={t('vm.thumbnail', { name: vm.name })} />
    );
  if (!running) return <div className="domus-thumbnail">{body}</div>;
  return (
    <Link
      className="domus-thumbnail"
      to="/vms/$vmId"
      params={{ vmId: vm.id }}
      search={{ tab: vm.displays.includes('spice') ? 'screen' : 'vnc' }}
    >
      <span className="pf-v6-screen-reader">{t('vm.openScreen')}</span>
      {body}
    </Link>
  );
}

/** A URL for a blob, given back when another takes its place. */
function useObjectUrl(blob: Blob | undefined): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (blob === undefined) return setUrl(undefined);
    const made = URL.createObjectURL(blob);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return url;
}
