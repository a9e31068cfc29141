import type { Volume } from '@domus/contract';
import { useTranslation } from 'react-i18next';
import { Status } from '../../parts/status.tsx';

const tones = { creating: 'busy', available: 'good', 'in-use': 'good', deleting: 'busy', failed: 'bad' } as const;

export function VolumeStatus({ volume }: { volume: Pick<Volume, 'state'> }) {
  const { t } = useTranslation();
  return <Status tone={tones[volume.state]} label={t(`volume.state.${volume.state}`)} />;
}
