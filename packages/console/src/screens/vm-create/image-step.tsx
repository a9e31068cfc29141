import type { Image } from '@domus/contract';
import { Form, HelperText, HelperTextItem, Label, Title } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { type Choice, ChoiceCards } from '../../parts/choice-cards.tsx';
import { bytes } from '../../parts/format.ts';
import type { VmCreateForm } from './steps.ts';

interface ImageStepProps {
  form: VmCreateForm;
  images: readonly Image[];
}

/** What the VM starts from: a ready disk, or an installer. */
export function ImageStep({ form, images }: ImageStepProps) {
  const { t } = useTranslation();
  const { error } = form.field('image');
  const choose = (id: string) => {
    const image = images.find((each) => each.id === id);
    form.change({ image: id, ...(form.values.user === '' ? { user: image?.defaultUser ?? '' } : {}) });
  };
  const choice = (image: Image): Choice => ({
    value: image.id,
    title: image.name,
    badge: image.desktop && (
      <Label isCompact color="blue">
        {t('image.desktop')}
      </Label>
    ),
    body: (
      <div className="domus-quiet">
        {image.os !== null && <div>{image.os}</div>}
        {t('create.imageText', {
          architecture: image.architecture,
          size: image.virtualSizeBytes === null ? '–' : bytes(image.virtualSizeBytes),
        })}
      </div>
    ),
  });
  const disks = images.filter(({ format }) => format !== 'iso');
  const isos = images.filter(({ format }) => format === 'iso');

  return (
    <Form onSubmit={(event) => event.preventDefault()}>
      {disks.length > 0 && (
        <section className="domus-stack-tight">
          <Title headingLevel="h2" size="md">
            {t('create.disks')}
          </Title>
          <ChoiceCards
            label={t('create.disks')}
            choices={disks.map(choice)}
            value={form.values.image}
            onChange={choose}
          />
        </section>
      )}
      {isos.length > 0 && (
        <section className="domus-stack-tight">
          <Title headingLevel="h2" size="md">
            {t('create.isos')}
          </Title>
          <ChoiceCards
            label={t('create.isos')}
            choices={isos.map(choice)}
            value={form.values.image}
            onChange={choose}
          />
        </section>
      )}
      {error !== undefined && (
        <HelperText isLiveRegion>
          <HelperTextItem variant="error">{error}</HelperTextItem>
        </HelperText>
      )}
    </Form>
  );
}
