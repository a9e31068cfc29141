import type { Vm } from '@domus/contract';
import { ToolbarItem } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStart } from '../../app/operations.ts';
import { useMay } from '../../app/session.ts';
import { ActionsMenu } from '../../parts/actions-menu.tsx';
import { DeleteVmsModal } from './delete-vms-modal.tsx';
import { sendVmAct } from './send-vm-act.ts';
import { actPermission, fits, type VmAct } from './vm-acts.ts';

const bulkActs = ['start', 'stop', 'force-off', 'delete'] as const satisfies readonly VmAct[];

interface VmBulkActionsProps {
  vms: readonly Vm[];
  onDone: () => void;
}

/** Acts on all selected VMs that they fit; the entry says how many these are. */
export function VmBulkActions({ vms, onDone }: VmBulkActionsProps) {
  const { t } = useTranslation();
  const may = useMay();
  const power = useStart(sendVmAct);
  const [deleting, setDeleting] = useState<readonly Vm[] | null>(null);
  if (vms.length === 0) return null;

  const actions = bulkActs.map((act) => {
    const fitting = vms.filter((vm) => fits(act, vm) && may(actPermission(act), vm.project.id));
    return {
      key: act,
      label: t('vm.bulk', { act: t(`vm.act.${act}`), number: fitting.length }),
      isDisabled: fitting.length === 0,
      isDanger: act === 'delete',
      onClick: () => {
        if (act === 'delete') return setDeleting(fitting);
        for (const { id } of fitting) power.mutate({ act, id });
        onDone();
      },
    };
  });
  return (
    <ToolbarItem>
      <ActionsMenu
        label={t('common.actions')}
        toggle={t('common.selected', { number: vms.length })}
        actions={actions}
      />
      {deleting !== null && <DeleteVmsModal vms={deleting} onClose={() => setDeleting(null)} onDeleted={onDone} />}
    </ToolbarItem>
  );
}
