import { abortable } from '../abortable.ts';

/** What a daemon or an SSH server wants to know; each request is for one secret. */
export type CredentialRequest =
  | {
      readonly kind: 'sasl';
      readonly host: string;
      /** `SCRAM-SHA-256`, `PLAIN`, … */
      readonly mechanism: string;
      /** The user of the URI. */
      readonly authname: string | undefined;
    }
  | { readonly kind: 'ssh-password'; readonly host: string; readonly user: string }
  | { readonly kind: 'ssh-passphrase'; readonly keyfile: string }
  /** A question of the SSH server; `echo`: the answer may be seen. */
  | {
      readonly kind: 'ssh-prompt';
      readonly host: string;
      readonly user: string;
      readonly prompt: string;
      readonly echo: boolean;
    };

/** The answer to one request. */
export interface Credentials {
  /** For SASL; default the user of the URI. */
  readonly authname?: string | undefined;
  /** The password, passphrase or answer. */
  readonly password: string;
}

/** Asked when a secret is needed; undefined: there is none, and auth.conf may have one. The signal ends the attempt. */
export type CredentialsCallback = (
  request: CredentialRequest,
  signal: AbortSignal,
) => Promise<Credentials | undefined> | Credentials | undefined;

/** Asks, and no longer than the signal allows. */
export function askFor(
  callback: CredentialsCallback | undefined,
  request: CredentialRequest,
  signal: AbortSignal,
): Promise<Credentials | undefined> {
  if (!callback) return Promise.resolve(undefined);
  const asked = (async () => callback(request, signal))();
  const nothing = () => undefined;
  return abortable(signal, nothing, (resolve, reject) => void asked.then(resolve, reject));
}
