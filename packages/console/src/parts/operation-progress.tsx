import type { Operation } from '@domus/contract';
import { Button, Progress } from '@patternfly/react-core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '../app/api.ts';
import { putResource } from '../app/cached-resources.ts';
import { ended, stepTitle } from '../app/operations.ts';
import { problemText } from '../app/problem-text.ts';
import { queryClient } from '../app/query-client.ts';

/** How far an operation is, with the step at work and a way to stop it; ended ones only say why they failed. */
export function OperationProgress({ operation }: { operation: Operation }) {
  const { t } = useTranslation();
  const cancel = useMutation({
    mutationFn: () => api.call('operation.cancel', { params: { id: operation.id } }),
    onSuccess: (changed) => putResource(queryClient, 'operation', changed),
  });
  const { state, error, progress, steps, cancelRequested } = operation;
  if (ended.has(state)) {
    if (error === null) return <span className="domus-quiet">{t(`operation.state.${state}`)}</span>;
    return (
      <span>
        {problemText(error)} <span className="domus-code">{error.code}</span>
      </span>
    );
  }
  const step = steps.find((each) => each.state === 'running');
  const detail = step === undefined ? t(`operation.state.${state}`) : (step.message ?? stepTitle(step.name));
  return (
    <div className="domus-operation-progress">
      <Progress size="sm" value={Math.round(progress * 100)} title={detail} isTitleTruncated aria-label={detail} />
      {state !== 'undoing' && (
        <Button
          variant="link"
          size="sm"
          isInline
          isDisabled={cancelRequested || cancel.isPending}
          onClick={() => cancel.mutate()}
        >
          {cancelRequested ? t('operation.cancelling') : t('common.cancel')}
        </Button>
      )}
    </div>
  );
}
