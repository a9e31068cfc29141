import { DomusError } from '@domus/contract';
import { ImageBuildError } from './build/index.ts';
import type { DownloadResult } from './catalogue/index.ts';

/** A build's failure in the words of the contract; an abort keeps its reason. */
export function asDomusError(error: unknown): never {
  if (!(error instanceof ImageBuildError) || error.code === 'aborted') throw error;
  const reason = error.detail === '' ? error.message : `${error.message}: ${error.detail}`;
  if (error.code === 'missing_program')
    throw new DomusError('PROGRAM_MISSING', { program: error.step, remedy: error.message }, { cause: error });
  throw new DomusError('PROGRAM_FAILED', { program: error.step, reason: reason.slice(-1000) }, { cause: error });
}

type Refusal = Extract<DownloadResult, { ok: false }>;

export const refusedDownload = (url: string, { code, message }: Refusal): DomusError =>
  code === 'checksum_mismatch'
    ? new DomusError('IMAGE_REFUSED', { field: 'checksum', reason: message })
    : new DomusError('NETWORK_UNREACHABLE', { url, reason: message });
