import type { Vm } from '@domus/contract';
import { Label, Tooltip } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

/** How the VM's CPU is run; emulation says what it costs. */
export function Accelerator({ accelerator }: { accelerator: Vm['accelerator'] }) {
  const { t } = useTranslation();
  return (
    <Tooltip content={t(`vm.accelerator.${accelerator}Hint`)}>
      <Label isCompact variant="outline" tabIndex={0} color={accelerator === 'qemu' ? 'orange' : 'grey'}>
        {t(`vm.accelerator.${accelerator}`)}
      </Label>
    </Tooltip>
  );
}
