import { Alert } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface NoticeProps {
  variant: 'info' | 'warning' | 'danger';
  title: ReactNode;
  children?: ReactNode;
  /** Without a frame, for a line within a form. */
  isPlain?: boolean;
  /** Read aloud when it appears. */
  isLive?: boolean;
  actionLinks?: ReactNode;
}

/** Something to know, in the place that it is about. */
export function Notice({ variant, title, children, isPlain = false, isLive = false, actionLinks }: NoticeProps) {
  const { t } = useTranslation();
  return (
    <Alert
      isInline
      isPlain={isPlain}
      isLiveRegion={isLive}
      variant={variant}
      variantLabel={t(`common.notice.${variant}`)}
      title={title}
      component="p"
      actionLinks={actionLinks}
    >
      {children}
    </Alert>
  );
}
