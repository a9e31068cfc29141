import type { Vm } from '@domus/contract';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStart } from '../../app/operations.ts';
import { useMay } from '../../app/session.ts';
import type { Action } from '../../parts/actions-menu.tsx';
import { DeleteVmsModal } from './delete-vms-modal.tsx';
import { sendVmAct } from './send-vm-act.ts';
import { actPermission, fits, type VmAct, vmActs } from './vm-acts.ts';

/** What may be done to a VM now, as menu entries, and the dialog that one of them may open. */
export function useVmActions(onDeleted?: () => void): { actionsOf: (vm: Vm) => VmAction[]; dialog: ReactNode } {
  const { t } = useTranslation();
  const may = useMay();
  const power = useStart(sendVmAct);
  const [deleting, setDeleting] = useState<Vm | null>(null);

  const actionsOf = (vm: Vm): VmAction[] =>
    vmActs
      .filter((act) => may(actPermission(act), vm.project.id))
      .map((act) => ({
        key: act,
        label: t(`vm.act.${act}`),
        isDisabled: !fits(act, vm),
        isDanger: act === 'delete',
        onClick: () => (act === 'delete' ? setDeleting(vm) : power.mutate({ act, id: vm.id })),
      }));
  const dialog =
    deleting === null ? null : (
      <DeleteVmsModal
        vms={[deleting]}
        onClose={() => setDeleting(null)}
        {...(onDeleted === undefined ? {} : { onDeleted })}
      />
    );
  return { actionsOf, dialog };
}

export interface VmAction extends Action {
  key: VmAct;
  isDisabled: boolean;
}
