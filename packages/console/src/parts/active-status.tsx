import { useTranslation } from 'react-i18next';
import { Status } from './status.tsx';

const tones = { active: 'good', inactive: 'off', unknown: 'unknown' } as const;

/** State of what a host has switched on or off: networks, storage pools. */
export function ActiveStatus({ state }: { state: keyof typeof tones }) {
  const { t } = useTranslation();
  return <Status tone={tones[state]} label={t(`common.active.${state}`)} />;
}
