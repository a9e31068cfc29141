export type ImageBuildFailure = 'missing_program' | 'program_failed' | 'not_root' | 'aborted';

/** An image build that did not come to its end; `step` is where, `detail` what the program said last. */
export class ImageBuildError extends Error {
  override readonly name = 'ImageBuildError';
  readonly code: ImageBuildFailure;
  readonly step: string;
  readonly detail: string;

  constructor(code: ImageBuildFailure, step: string, message: string, detail = '') {
    super(message);
    this.code = code;
    this.step = step;
    this.detail = detail;
  }
}
