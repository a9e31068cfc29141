import type { Vm, VmState } from '@domus/contract';
import { useTranslation } from 'react-i18next';
import { Status, type Tone } from '../../parts/status.tsx';

export const vmTones: Record<VmState, Tone> = {
  creating: 'busy',
  starting: 'busy',
  running: 'good',
  paused: 'paused',
  stopping: 'busy',
  stopped: 'off',
  crashed: 'bad',
  deleting: 'busy',
  failed: 'bad',
  unknown: 'unknown',
};

export function VmStatus({ vm }: { vm: Pick<Vm, 'state' | 'stateReason'> }) {
  const { t } = useTranslation();
  return <Status tone={vmTones[vm.state]} label={t(`vm.state.${vm.state}`)} reason={vm.stateReason} />;
}
