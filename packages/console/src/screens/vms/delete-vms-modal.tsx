import type { Vm } from '@domus/contract';
import { Checkbox, Content, List, ListItem } from '@patternfly/react-core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../app/api.ts';
import { follow } from '../../app/operations.ts';
import { volumeList } from '../../app/resources.ts';
import { ConfirmModal } from '../../parts/confirm-modal.tsx';
import { bytes } from '../../parts/format.ts';

interface DeleteVmsModalProps {
  vms: readonly Vm[];
  onClose: () => void;
  onDeleted?: () => void;
}

/** Asks before VMs go, and names every volume that goes with them. */
export function DeleteVmsModal({ vms, onClose, onDeleted }: DeleteVmsModalProps) {
  const { t } = useTranslation();
  const [keepVolumes, setKeepVolumes] = useState(false);
  const { data: allVolumes = [] } = useQuery(volumeList);
  const ids = new Set(vms.map(({ id }) => id));
  const volumes = allVolumes.filter(({ vm, role }) => vm !== null && ids.has(vm.id) && role !== 'seed');
  const data = volumes.filter(({ role }) => role === 'data');
  const lost = keepVolumes ? volumes.filter(({ role }) => role !== 'data') : volumes;

  const remove = useMutation({
    mutationFn: async () => {
      for (const { id } of vms) {
        follow(await api.call('vm.delete', { params: { id }, query: { keepVolumes: keepVolumes ? 'true' : 'false' } }));
      }
    },
    meta: { shown: true },
    onSuccess: () => {
      onClose();
      onDeleted?.();
    },
  });
  const [first] = vms;
  const title =
    vms.length === 1 && first !== undefined
      ? t('vm.delete.title', { name: first.name })
      : t('vm.delete.titleMany', { number: vms.length });

  return (
    <ConfirmModal
      title={title}
      confirm={t('common.delete')}
      isBusy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      {vms.length > 1 && (
        <List>
          {vms.map(({ id, name }) => (
            <ListItem key={id}>{name}</ListItem>
          ))}
        </List>
      )}
      {vms.some(({ state }) => state === 'running' || state === 'paused') && (
        <Content component="p">{t('vm.delete.running')}</Content>
      )}
      <Content component="p">{lost.length === 0 ? t('vm.delete.noVolumes') : t('vm.delete.volumes')}</Content>
      {lost.length > 0 && (
        <List>
          {lost.map(({ id, name, capacityBytes }) => (
            <ListItem key={id}>{t('vm.delete.volume', { name, size: bytes(capacityBytes) })}</ListItem>
          ))}
        </List>
      )}
      {data.length > 0 && (
        <Checkbox
          id="keep-volumes"
          label={t('vm.delete.keep')}
          isChecked={keepVolumes}
          onChange={(_, checked) => setKeepVolumes(checked)}
        />
      )}
    </ConfirmModal>
  );
}
