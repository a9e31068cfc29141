import type { Flavor } from '@domus/contract';
import { Form, FormGroup } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { networkList } from '../../app/resources.ts';
import { ChoiceCards } from '../../parts/choice-cards.tsx';
import { mebibytes } from '../../parts/format.ts';
import { ProjectField } from '../../parts/project-field.tsx';
import { SelectField } from '../../parts/select-field.tsx';
import { TextField } from '../../parts/text-field.tsx';
import type { VmCreateForm } from './steps.ts';

interface MachineStepProps {
  form: VmCreateForm;
  flavors: readonly Flavor[];
}

/** Name, size, disk and network. */
export function MachineStep({ form, flavors }: MachineStepProps) {
  const { t } = useTranslation();
  const { data: networks = [] } = useQuery(networkList);
  const { values } = form;
  const flavor = flavors.find(({ id }) => id === values.flavor);
  return (
    <Form onSubmit={(event) => event.preventDefault()} className="domus-wide-form">
      <TextField
        field={form.field('name')}
        label={t('common.name')}
        value={values.name}
        onChange={(name) => form.change({ name })}
        hint={t('validation.name')}
        isRequired
        autoFocus
      />
      <FormGroup role="group" label={t('vm.flavor')} fieldId="flavor" isRequired>
        <ChoiceCards
          label={t('vm.flavor')}
          value={values.flavor}
          onChange={(id) => form.change({ flavor: id })}
          choices={flavors.map(({ id, name, vcpus, memoryMiB, diskGiB }) => ({
            value: id,
            title: name,
            body: (
              <span className="domus-quiet">
                {t('vm.sizeText', { vcpus, memory: mebibytes(memoryMiB) })}
                <br />
                {t('create.diskText', { gib: diskGiB })}
              </span>
            ),
          }))}
        />
      </FormGroup>
      <TextField
        field={form.field('diskGiB')}
        label={t('create.diskGiB')}
        type="number"
        value={values.diskGiB}
        onChange={(diskGiB) => form.change({ diskGiB })}
        placeholder={flavor === undefined ? '' : String(flavor.diskGiB)}
        hint={t('create.diskHint')}
      />
      <SelectField
        field={form.field('network')}
        label={t('create.network')}
        value={values.network}
        onChange={(network) => form.change({ network })}
        options={[
          { value: '', label: t('common.defaultChoice') },
          ...networks.map(({ id, name, cidr }) => ({ value: id, label: cidr === null ? name : `${name} (${cidr})` })),
        ]}
      />
      <ProjectField
        field={form.field('project')}
        value={values.project}
        onChange={(project) => form.change({ project })}
      />
      <TextField
        field={form.field('description')}
        label={t('common.description')}
        value={values.description}
        onChange={(description) => form.change({ description })}
        isMultiline
      />
    </Form>
  );
}
