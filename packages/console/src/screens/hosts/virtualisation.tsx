import type { Virtualisation as Found } from '@domus/contract';
import { Label } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

/** KVM or emulation, in one word. */
export function HostAccelerator({ found }: { found: Found }) {
  const { t } = useTranslation();
  return (
    <Label isCompact variant="outline" color={found.accelerator === 'kvm' ? 'green' : 'orange'}>
      {t(`vm.accelerator.${found.accelerator}`)}
    </Label>
  );
}
