import { LibvirtError } from '../../errors.ts';

/** The optional package that speaks SSH. */
export type Ssh2 = typeof import('ssh2');

export async function loadSsh2(): Promise<Ssh2> {
  try {
    const { default: ssh2 } = await import('ssh2');
    return ssh2;
  } catch (cause) {
    throw new LibvirtError({
      code: 'PACKAGE_MISSING',
      message: 'URIs with +ssh need the optional package ssh2, which cannot be loaded: npm install ssh2@1',
      cause,
    });
  }
}
