import type { Form } from '../../parts/use-form.ts';
import type { VmCreateValues } from './vm-create-values.ts';

export type VmCreateForm = Form<VmCreateValues>;

/** The fields of each step: a step is left only when they are right, and a refusal leads back to its step. */
export const stepFields: Readonly<Record<string, readonly string[]>> = {
  image: ['image', 'iso'],
  machine: ['name', 'description', 'flavor', 'diskGiB', 'network', 'project'],
  guest: ['guestUser.name', 'guestUser.password', 'guestUser.sshKeys'],
  advanced: ['firmware', 'accelerator', 'host', 'start'],
};

export const stepOf = (path: string): string | undefined =>
  Object.keys(stepFields).find((step) =>
    stepFields[step]?.some((field) => path === field || path.startsWith(`${field}.`)),
  );
