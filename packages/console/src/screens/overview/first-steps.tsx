import type { Image } from '@domus/contract';
import { Button, Card, CardBody, CardTitle, Content } from '@patternfly/react-core';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../app/session.ts';
import { CheckCircleIcon } from '../../parts/icons.ts';

/** The way to the first VM in three steps; the next one stands out. */
export function FirstSteps({ images }: { images: readonly Image[] }) {
  const { t } = useTranslation();
  const may = useMay();
  const navigate = useNavigate();
  const available = images.some(({ state }) => state === 'available');
  const making = images.some(({ state }) => state === 'creating');
  if (!may('vm:write')) return null;
  return (
    <Card className="domus-card">
      <CardTitle component="h2">{t('firstSteps.title')}</CardTitle>
      <CardBody>
        <ol className="domus-first-steps">
          <li data-done={available}>
            <h3>
              {available && <CheckCircleIcon aria-hidden="true" />} {t('firstSteps.image')}
            </h3>
            <Content component="p">{making ? t('firstSteps.imageMaking') : t('firstSteps.imageHint')}</Content>
            {may('image:write') && (
              <Button
                variant={available || making ? 'secondary' : 'primary'}
                onClick={() => navigate({ to: '/images' })}
              >
                {t('image.get')}
              </Button>
            )}
          </li>
          <li>
            <h3>{t('firstSteps.vm')}</h3>
            <Content component="p">{t('firstSteps.vmHint')}</Content>
            <Button
              variant={available ? 'primary' : 'secondary'}
              isDisabled={!available}
              onClick={() => navigate({ to: '/vms/create' })}
            >
              {t('vm.create')}
            </Button>
          </li>
          <li>
            <h3>{t('firstSteps.screen')}</h3>
            <Content component="p">{t('firstSteps.screenHint')}</Content>
          </li>
        </ol>
      </CardBody>
    </Card>
  );
}
