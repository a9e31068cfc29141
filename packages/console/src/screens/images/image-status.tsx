import type { Image } from '@domus/contract';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ended } from '../../app/operations.ts';
import { operationList } from '../../app/resources.ts';
import { OperationProgress } from '../../parts/operation-progress.tsx';
import { Status } from '../../parts/status.tsx';

const tones = { creating: 'busy', available: 'good', failed: 'bad', deleting: 'busy' } as const;

/** State of an image; while it is made, how far that is. */
export function ImageStatus({ image }: { image: Image }) {
  const { t } = useTranslation();
  const { data: operations = [] } = useQuery(operationList);
  const atWork = operations.find(({ resource, state }) => resource.id === image.id && !ended.has(state));
  if (image.state === 'creating' && atWork !== undefined) return <OperationProgress operation={atWork} />;
  return <Status tone={tones[image.state]} label={t(`image.state.${image.state}`)} />;
}
