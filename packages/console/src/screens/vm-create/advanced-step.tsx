import { Checkbox, Form } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { hostList } from '../../app/resources.ts';
import { Notice } from '../../parts/notice.tsx';
import { SelectField } from '../../parts/select-field.tsx';
import type { VmCreateForm } from './steps.ts';

const firmwares = ['bios', 'efi'] as const;
const accelerators = ['auto', 'kvm', 'qemu'] as const;

/** What one seldom needs to choose. */
export function AdvancedStep({ form }: { form: VmCreateForm }) {
  const { t } = useTranslation();
  const { data: hosts = [] } = useQuery(hostList);
  const { firmware, accelerator, host, start } = form.values;
  const candidates = hosts.filter(({ id }) => host === '' || id === host);
  const kvm = candidates.some(({ cpu }) => cpu?.virtualisation.accelerator === 'kvm');
  return (
    <Form onSubmit={(event) => event.preventDefault()} className="domus-wide-form">
      <SelectField
        field={form.field('host')}
        label={t('vm.host')}
        value={host}
        onChange={(value) => form.change({ host: value })}
        options={[
          { value: '', label: t('create.anyHost') },
          ...hosts.map(({ id, name, state }) => ({ value: id, label: name, isDisabled: state !== 'up' })),
        ]}
      />
      <SelectField
        field={form.field('accelerator')}
        label={t('vm.acceleratorLabel')}
        value={accelerator}
        onChange={(value) => form.change({ accelerator: accelerators.find((each) => each === value) ?? 'auto' })}
        hint={t(`create.accelerator.${accelerator}Hint`)}
        options={accelerators.map((each) => ({ value: each, label: t(`create.accelerator.${each}`) }))}
      />
      {candidates.length > 0 && !kvm && (
        <Notice isPlain variant={accelerator === 'kvm' ? 'danger' : 'info'} title={t('create.noKvm')} />
      )}
      <SelectField
        field={form.field('firmware')}
        label={t('create.firmware')}
        value={firmware}
        onChange={(value) => form.change({ firmware: firmwares.find((each) => each === value) ?? 'bios' })}
        options={firmwares.map((each) => ({ value: each, label: t(`create.firmwares.${each}`) }))}
      />
      <Checkbox
        id="start"
        label={t('create.start')}
        isChecked={start}
        onChange={(_, checked) => form.change({ start: checked })}
      />
    </Form>
  );
}
