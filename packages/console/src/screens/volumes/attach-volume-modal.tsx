import type { Volume } from '@domus/contract';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../app/api.ts';
import { useStart } from '../../app/operations.ts';
import { vmList } from '../../app/resources.ts';
import { FormModal } from '../../parts/form-modal.tsx';
import { SelectField } from '../../parts/select-field.tsx';

export function AttachVolumeModal({ volume, onClose }: { volume: Volume; onClose: () => void }) {
  const { t } = useTranslation();
  const { data: vms = [] } = useQuery(vmList);
  const [chosen, setChosen] = useState('');
  const candidates = vms.filter(({ managed, project }) => managed && project.id === volume.projectId);
  const vm = chosen === '' ? candidates[0]?.id : chosen;
  const attach = useStart((id: string) => api.call('volume.attach', { params: { id: volume.id }, body: { vm: id } }), {
    shown: true,
    onStarted: onClose,
  });
  return (
    <FormModal
      title={t('volume.attachTitle', { name: volume.name })}
      submit={t('volume.attach')}
      isBusy={attach.isPending}
      error={attach.error}
      onSubmit={() => vm !== undefined && attach.mutate(vm)}
      onClose={onClose}
    >
      <SelectField
        field={{
          id: 'attach-vm',
          error: candidates.length === 0 ? t('volume.noVm') : undefined,
          onBlur: () => undefined,
        }}
        label={t('volume.vm')}
        value={vm ?? ''}
        onChange={setChosen}
        options={candidates.map(({ id, name }) => ({ value: id, label: name }))}
      />
    </FormModal>
  );
}
