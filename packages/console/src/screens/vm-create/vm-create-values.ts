/** What the fields of the wizard hold; empty text means: the engine's default. */
export interface VmCreateValues {
  /** Id of a disk image or of an ISO. */
  image: string;
  name: string;
  description: string;
  flavor: string;
  diskGiB: string;
  network: string;
  project: string;
  user: string;
  password: string;
  /** One OpenSSH public key a line. */
  sshKeys: string;
  firmware: 'bios' | 'efi';
  accelerator: 'auto' | 'kvm' | 'qemu';
  host: string;
  start: boolean;
}

export const emptyValues: VmCreateValues = {
  image: '',
  name: '',
  description: '',
  flavor: '',
  diskGiB: '',
  network: '',
  project: '',
  user: '',
  password: '',
  sshKeys: '',
  firmware: 'bios',
  accelerator: 'auto',
  host: '',
  start: true,
};

export const keysOf = (sshKeys: string): string[] =>
  sshKeys
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');

const given = (fields: Record<string, string>) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));

/** The body of POST /vms. An ISO brings its own installer, so that no guest user is made. */
export function vmCreateBody(values: VmCreateValues, isIso: boolean): unknown {
  const { image, name, description, flavor, diskGiB, network, project, host, firmware, accelerator, start } = values;
  const { user, password, sshKeys } = values;
  return {
    name,
    flavor,
    firmware,
    accelerator,
    start,
    ...given({ description, network, project, host, [isIso ? 'iso' : 'image']: image }),
    ...(diskGiB === '' ? {} : { diskGiB: Number(diskGiB) }),
    ...(user === '' || isIso
      ? {}
      : { guestUser: { name: user, sshKeys: keysOf(sshKeys), ...(password === '' ? {} : { password }) } }),
  };
}
