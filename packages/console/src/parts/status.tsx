import { Icon, Tooltip } from '@patternfly/react-core';
import type { ComponentType } from 'react';
import {
  BanIcon,
  CheckCircleIcon,
  ExclamationCircleIcon,
  ExclamationTriangleIcon,
  InProgressIcon,
  OffIcon,
  PauseCircleIcon,
  QuestionCircleIcon,
} from './icons.ts';

/** What a state means for a person; each has a form and a colour, so that colour alone never tells. */
export type Tone = 'good' | 'busy' | 'off' | 'paused' | 'warning' | 'bad' | 'cancelled' | 'unknown';

const looks: Record<Tone, { icon: ComponentType; status?: 'success' | 'info' | 'warning' | 'danger' }> = {
  good: { icon: CheckCircleIcon, status: 'success' },
  busy: { icon: InProgressIcon, status: 'info' },
  off: { icon: OffIcon },
  paused: { icon: PauseCircleIcon, status: 'info' },
  warning: { icon: ExclamationTriangleIcon, status: 'warning' },
  bad: { icon: ExclamationCircleIcon, status: 'danger' },
  cancelled: { icon: BanIcon },
  unknown: { icon: QuestionCircleIcon },
};

interface StatusProps {
  tone: Tone;
  label: string;
  /** Why; shown on hover and focus. */
  reason?: string | null;
}

export function Status({ tone, label, reason }: StatusProps) {
  const { icon: Sign, status } = looks[tone];
  const body = (
    <span className="domus-status" {...(reason ? { tabIndex: 0 } : {})}>
      <Icon isInline {...(status === undefined ? {} : { status })}>
        <Sign />
      </Icon>
      {label}
    </span>
  );
  return reason ? <Tooltip content={reason}>{body}</Tooltip> : body;
}
