import { type Flavor, type Image, VmCreate } from '@domus/contract';
import { Wizard, WizardStep } from '@patternfly/react-core';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '../../app/api.ts';
import { useStart } from '../../app/operations.ts';
import { useForm } from '../../parts/use-form.ts';
import { AdvancedStep } from './advanced-step.tsx';
import { GuestStep } from './guest-step.tsx';
import { ImageStep } from './image-step.tsx';
import { MachineStep } from './machine-step.tsx';
import { ReviewStep } from './review-step.tsx';
import { emptyValues, vmCreateBody } from './vm-create-values.ts';
import { WizardFooter } from './wizard-footer.tsx';

interface VmCreateWizardProps {
  images: readonly Image[];
  flavors: readonly Flavor[];
  imageId: string | undefined;
  usualProject: string;
}

const isIso = (images: readonly Image[], id: string) => images.find((image) => image.id === id)?.format === 'iso';

export function VmCreateWizard({ images, flavors, imageId, usualProject }: VmCreateWizardProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const first = images.find(({ id }) => id === imageId) ?? (images.length === 1 ? images[0] : undefined);
  const form = useForm({
    schema: VmCreate,
    initial: {
      ...emptyValues,
      image: first?.id ?? '',
      user: first?.defaultUser ?? '',
      flavor: flavors.find(({ name }) => name === 'small')?.id ?? flavors[0]?.id ?? '',
      project: usualProject,
    },
    body: (values) => vmCreateBody(values, isIso(images, values.image)),
    rules: {
      image: 'validation.image',
      name: 'validation.name',
      flavor: 'validation.flavor',
      diskGiB: 'validation.diskGiB',
      'guestUser.name': 'validation.guestUser',
      'guestUser.password': 'validation.guestPassword',
      'guestUser.sshKeys': 'validation.sshKeys',
    },
  });
  const create = useStart(() => api.call('vm.create', { body: VmCreate.parse(form.body) }), {
    shown: true,
    onStarted: ({ resource }) =>
      void navigate({ to: '/vms/$vmId', params: { vmId: resource.id }, search: { tab: 'overview' } }),
  });
  const iso = isIso(images, form.values.image);

  return (
    <Wizard
      navAriaLabel={t('create.steps')}
      isVisitRequired
      footer={(step, onNext, onBack, onClose) => (
        <WizardFooter
          form={form}
          stepId={String(step.id)}
          isBusy={create.isPending}
          onNext={onNext}
          onBack={onBack}
          onClose={onClose}
          onCreate={(onRefused) =>
            create.mutate(undefined, {
              onError: (error) => {
                form.refuse(error);
                onRefused(error);
              },
            })
          }
        />
      )}
      onClose={() => void navigate({ to: '/vms' })}
    >
      <WizardStep id="image" name={t('create.image')}>
        <ImageStep form={form} images={images} />
      </WizardStep>
      <WizardStep id="machine" name={t('create.machine')}>
        <MachineStep form={form} flavors={flavors} />
      </WizardStep>
      <WizardStep id="guest" name={t('create.guest')}>
        <GuestStep form={form} isIso={iso} />
      </WizardStep>
      <WizardStep id="advanced" name={t('create.advanced')}>
        <AdvancedStep form={form} />
      </WizardStep>
      <WizardStep id="review" name={t('create.review')}>
        <ReviewStep form={form} images={images} flavors={flavors} />
      </WizardStep>
    </Wizard>
  );
}
