import type { ResourceKind } from '@domus/contract';

/** What a step may use while it works. */
export interface StepContext<Input> {
  readonly operationId: string;
  readonly resourceId: string;
  readonly resourceName: string;
  readonly input: Input;
  /** Aborted when the operation is cancelled or the engine stops. */
  readonly signal: AbortSignal;
  /** 0 to 1, and a few words for the person who watches. Stored at most twice a second. */
  progress(fraction: number, message?: string): void;
}

/**
 * One step of an operation. After a crash `run` is called again: it looks first (the truth is in libvirt and on the
 * disk), does what is missing, and verifies. `undo` takes back whatever part of it was done, also none.
 */
export interface StepKind<Input> {
  readonly name: string;
  run(context: StepContext<Input>): Promise<void>;
  undo?(context: StepContext<Input>): Promise<void>;
}

/** A kind of work. When a step fails or the operation is cancelled, the steps begun are undone, last first. */
export interface OperationKind<Input extends object> {
  readonly kind: string;
  readonly resourceKind: ResourceKind;
  readonly steps: readonly StepKind<Input>[];
  /** Work that must not be taken back half-way (a deletion) goes on instead. Default true. */
  readonly cancellable?: boolean;
  /** Only one exclusive operation works on a resource at a time. Waiting for a guest is not exclusive. Default true. */
  readonly exclusive?: boolean;
}

/** Kinds differ in their input; the runner hands each back what it was given when it was started. */
export type AnyOperationKind = OperationKind<never>;
