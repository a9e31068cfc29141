import { Alert, AlertActionCloseButton, AlertGroup } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { dismissToast, useToasts } from '../toasts.ts';

/** Failures stay until they are read; the rest goes by itself. */
export function Toasts() {
  const { t } = useTranslation();
  return (
    <AlertGroup isToast isLiveRegion aria-label={t('shell.messages')}>
      {useToasts().map(({ id, variant, title, detail }) => (
        <Alert
          key={id}
          variant={variant}
          variantLabel={t(`common.notice.${variant}`)}
          title={title}
          timeout={variant === 'danger' ? false : 6000}
          onTimeout={() => dismissToast(id)}
          actionClose={<AlertActionCloseButton aria-label={t('common.close')} onClose={() => dismissToast(id)} />}
        >
          {detail}
        </Alert>
      ))}
    </AlertGroup>
  );
}
