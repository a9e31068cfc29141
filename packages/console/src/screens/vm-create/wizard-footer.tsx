import { ApiError } from '@domus/contract/client';
import { Button, useWizardContext, WizardFooterWrapper } from '@patternfly/react-core';
import type { MouseEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { pathText } from '../../parts/form-issues.ts';
import { stepFields, stepOf, type VmCreateForm } from './steps.ts';

interface WizardFooterProps {
  form: VmCreateForm;
  stepId: string;
  isBusy: boolean;
  onNext: (event: MouseEvent<HTMLButtonElement>) => void;
  onBack: (event: MouseEvent<HTMLButtonElement>) => void;
  onClose: (event: MouseEvent<HTMLButtonElement>) => void;
  onCreate: (onRefused: (error: unknown) => void) => void;
}

/** Back, next, and at the end the act itself. What the engine refuses is shown in the step where it was typed. */
export function WizardFooter({ form, stepId, isBusy, onNext, onBack, onClose, onCreate }: WizardFooterProps) {
  const { t } = useTranslation();
  const { goToStepById } = useWizardContext();
  const isLast = stepId === 'review';
  const leadBack = (error: unknown) => {
    const field = error instanceof ApiError ? error.problem.field : null;
    const step = field === null ? undefined : stepOf(pathText(field));
    if (step !== undefined) goToStepById(step);
  };
  const next = (event: MouseEvent<HTMLButtonElement>) => {
    if (isLast) {
      if (form.check()) onCreate(leadBack);
    } else if (form.check(...(stepFields[stepId] ?? []))) onNext(event);
  };
  return (
    <WizardFooterWrapper>
      <Button variant="secondary" onClick={onBack} isDisabled={stepId === 'image'}>
        {t('common.back')}
      </Button>
      <Button onClick={next} isLoading={isBusy} isDisabled={isBusy}>
        {isLast ? t('vm.create') : t('common.next')}
      </Button>
      <Button variant="link" onClick={onClose}>
        {t('common.cancel')}
      </Button>
    </WizardFooterWrapper>
  );
}
