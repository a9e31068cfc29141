import type { ConsoleKind, Vm } from '@domus/contract';
import { Bullseye, EmptyState, EmptyStateBody, Spinner } from '@patternfly/react-core';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { DesktopIcon } from '../../parts/icons.ts';
import { VmDefinition } from './vm-definition.tsx';
import { VmHardware } from './vm-hardware.tsx';
import { VmOperations } from './vm-operations.tsx';
import { VmOverview } from './vm-overview.tsx';
import type { VmTab } from './vm-tabs.ts';

/** Consoles weigh more than the rest of the page together: each is loaded when it is opened. */
const consoles = {
  spice: lazy(async () => ({ default: (await import('../consoles/spice-console.tsx')).SpiceConsole })),
  vnc: lazy(async () => ({ default: (await import('../consoles/vnc-console.tsx')).VncConsole })),
  serial: lazy(async () => ({ default: (await import('../consoles/serial-console.tsx')).SerialConsole })),
};

export function VmTabBody({ vm, tab }: { vm: Vm; tab: VmTab }) {
  switch (tab) {
    case 'overview':
      return <VmOverview vm={vm} />;
    case 'screen':
      return <ConsoleTab vm={vm} kind="spice" />;
    case 'vnc':
      return <ConsoleTab vm={vm} kind="vnc" />;
    case 'serial':
      return <ConsoleTab vm={vm} kind="serial" />;
    case 'hardware':
      return <VmHardware vm={vm} />;
    case 'operations':
      return <VmOperations vm={vm} />;
    case 'definition':
      return <VmDefinition vm={vm} />;
  }
}

/** A console needs a running VM that has it; otherwise it says what is missing. */
function ConsoleTab({ vm, kind }: { vm: Vm; kind: ConsoleKind }) {
  const { t } = useTranslation();
  const running = vm.state === 'running' || vm.state === 'paused' || vm.state === 'stopping';
  if (!running || !vm.displays.includes(kind)) {
    return (
      <EmptyState icon={DesktopIcon} headingLevel="h2" variant="sm" titleText={t('console.none')}>
        <EmptyStateBody>{running ? t(`console.missing.${kind}`) : t('console.notRunning')}</EmptyStateBody>
      </EmptyState>
    );
  }
  const Console = consoles[kind];
  return (
    <Suspense
      fallback={
        <Bullseye>
          <Spinner aria-label={t('common.loading')} />
        </Bullseye>
      }
    >
      <Console vm={vm} />
    </Suspense>
  );
}
