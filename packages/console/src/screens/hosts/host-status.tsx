import type { Host } from '@domus/contract';
import { useTranslation } from 'react-i18next';
import { Status } from '../../parts/status.tsx';

const tones = { connecting: 'busy', up: 'good', down: 'bad' } as const;

export function HostStatus({ host }: { host: Pick<Host, 'state' | 'stateReason'> }) {
  const { t } = useTranslation();
  return <Status tone={tones[host.state]} label={t(`host.state.${host.state}`)} reason={host.stateReason} />;
}
