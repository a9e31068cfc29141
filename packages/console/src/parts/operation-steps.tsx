import type { Step } from '@domus/contract';
import { useTranslation } from 'react-i18next';
import { stepTitle } from '../app/operations.ts';
import { duration } from './format.ts';
import { Status, type Tone } from './status.tsx';

const tones: Record<Step['state'], Tone> = {
  pending: 'off',
  running: 'busy',
  succeeded: 'good',
  failed: 'bad',
  undone: 'cancelled',
};

export function OperationSteps({ steps }: { steps: readonly Step[] }) {
  const { t } = useTranslation();
  if (steps.length === 0) return <span className="domus-quiet">{t('operation.noSteps')}</span>;
  return (
    <ol className="domus-steps">
      {steps.map(({ name, state, message, startedAt, endedAt }) => (
        <li key={name}>
          <Status
            tone={tones[state]}
            label={t('operation.stepLine', { step: stepTitle(name), state: t(`operation.stepState.${state}`) })}
          />
          {message !== null && <span className="domus-quiet">{message}</span>}
          {startedAt !== null && endedAt !== null && (
            <span className="domus-quiet">{duration(startedAt, Date.parse(endedAt))}</span>
          )}
        </li>
      ))}
    </ol>
  );
}
