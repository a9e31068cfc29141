import type { Flavor, Image } from '@domus/contract';
import { CodeBlock, CodeBlockCode, Title } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { hostList, networkList } from '../../app/resources.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { Facts } from '../../parts/facts.tsx';
import { mebibytes } from '../../parts/format.ts';
import { Refusal } from '../../parts/problem.tsx';
import { cliCommand } from './cli-command.ts';
import type { VmCreateForm } from './steps.ts';
import { keysOf } from './vm-create-values.ts';

interface ReviewStepProps {
  form: VmCreateForm;
  images: readonly Image[];
  flavors: readonly Flavor[];
}

/** Everything once more, and the command that does the same. */
export function ReviewStep({ form, images, flavors }: ReviewStepProps) {
  const { t } = useTranslation();
  const { data: networks = [] } = useQuery(networkList);
  const { data: hosts = [] } = useQuery(hostList);
  const { values } = form;
  const image = images.find(({ id }) => id === values.image);
  const flavor = flavors.find(({ id }) => id === values.flavor);
  const isIso = image?.format === 'iso';
  const names = {
    image: image?.name ?? '',
    isIso,
    flavor: flavor?.name ?? '',
    network: networks.find(({ id }) => id === values.network)?.name ?? '',
    host: hosts.find(({ id }) => id === values.host)?.name ?? '',
  };
  const keyCount = keysOf(values.sshKeys).length;
  const access = [
    values.password === '' ? null : t('create.withPassword'),
    keyCount === 0 ? null : t('create.withKeys', { number: keyCount }),
  ];

  return (
    <div className="domus-stack">
      <Facts
        facts={[
          [t('common.name'), values.name],
          [isIso ? t('create.iso') : t('vm.image'), names.image],
          [
            t('vm.flavor'),
            flavor &&
              t('create.flavorText', { name: flavor.name, vcpus: flavor.vcpus, memory: mebibytes(flavor.memoryMiB) }),
          ],
          [
            t('create.disk'),
            values.diskGiB === '' ? t('common.defaultChoice') : t('create.diskText', { gib: values.diskGiB }),
          ],
          [t('create.network'), names.network || t('common.defaultChoice')],
          [t('common.project'), values.project],
          [
            t('vm.guestUser'),
            isIso || values.user === ''
              ? t('create.noUser')
              : t('create.userText', {
                  name: values.user,
                  access: access.filter((each) => each !== null).join(', ') || t('create.noAccess'),
                }),
          ],
          [t('vm.host'), names.host || t('create.anyHost')],
          [t('vm.acceleratorLabel'), t(`create.accelerator.${values.accelerator}`)],
          [t('create.firmware'), t(`create.firmwares.${values.firmware}`)],
          [t('create.start'), values.start ? t('common.yes') : t('common.no')],
        ]}
      />
      <section className="domus-stack-tight">
        <Title headingLevel="h2" size="md">
          {t('create.command')}
        </Title>
        <CodeBlock actions={<CopyButton text={cliCommand(values, names)} label={t('create.command')} />}>
          <CodeBlockCode>{cliCommand(values, names)}</CodeBlockCode>
        </CodeBlock>
      </section>
      <Refusal error={form.refusal} />
    </div>
  );
}
