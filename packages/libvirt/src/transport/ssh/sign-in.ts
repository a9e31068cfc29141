import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AnyAuthMethod, AuthenticationType, Prompt } from 'ssh2';
import type { CredentialRequest, Credentials } from '../../auth/credentials.ts';
import type { ClientEnvironment } from '../../environment.ts';
import { LibvirtError } from '../../errors.ts';
import { readOptionalFile } from '../../optional-file.ts';
import type { ClientParameters } from '../uri-parameters.ts';
import type { Ssh2 } from './package.ts';

export interface SignIn {
  readonly host: string;
  readonly user: string;
  readonly parameters: ClientParameters;
  readonly environment: ClientEnvironment;
  readonly ask: (request: CredentialRequest) => Promise<Credentials | undefined>;
}

/** The usual names, the best first. */
const DEFAULT_KEYS = ['id_ed25519', 'id_ecdsa', 'id_rsa'];

/** The ways to sign in, one after the other, in the order of `sshauth`; each is prepared when the one before it failed. */
export async function* waysToSignIn(ssh2: Ssh2, signIn: SignIn): AsyncGenerator<AnyAuthMethod, void, void> {
  const { user: username, host, parameters, environment, ask } = signIn;
  // It never succeeds with a proper server, which answers with what it takes.
  yield { type: 'none', username };
  for (const way of parameters.sshauth ?? ['agent', 'privkey', 'password', 'keyboard-interactive']) {
    if (way === 'agent') {
      if (environment.sshAgent !== undefined) yield { type: 'agent', username, agent: environment.sshAgent };
    } else if (way === 'privkey') {
      yield* keys(ssh2, signIn);
    } else if (way === 'password') {
      const credentials = await ask({ kind: 'ssh-password', host, user: username });
      if (credentials) yield { type: 'password', username, password: credentials.password };
    } else {
      yield {
        type: 'keyboard-interactive',
        username,
        prompt: (_name, _instructions, _language, prompts, finish) => void answer(signIn, prompts, finish),
      };
    }
  }
}

/** The method by which the server knows a way. */
export function methodOf(way: AnyAuthMethod): AuthenticationType {
  return way.type === 'agent' ? 'publickey' : way.type;
}

async function* keys(ssh2: Ssh2, { user, parameters, environment, ask }: SignIn): AsyncGenerator<AnyAuthMethod> {
  for (const [keyfile, text] of await readKeys(parameters.keyfile, environment)) {
    let key = ssh2.utils.parseKey(text);
    if (key instanceof Error && /passphrase|encrypted/i.test(key.message)) {
      const credentials = await ask({ kind: 'ssh-passphrase', keyfile });
      if (!credentials) continue;
      key = ssh2.utils.parseKey(text, credentials.password);
    }
    if (key instanceof Error) {
      throw new LibvirtError({ code: 'INVALID_CONFIGURATION', message: `key ${keyfile}: ${key.message}` });
    }
    yield { type: 'publickey', username: user, key };
  }
}

async function readKeys(keyfile: string | undefined, { home }: ClientEnvironment): Promise<[string, string][]> {
  if (keyfile !== undefined) {
    try {
      return [[keyfile, await readFile(keyfile, 'utf8')]];
    } catch (cause) {
      throw new LibvirtError({ code: 'INVALID_CONFIGURATION', message: `key ${keyfile} cannot be read`, cause });
    }
  }
  const found: [string, string][] = [];
  for (const name of DEFAULT_KEYS) {
    const path = join(home, '.ssh', name);
    const text = await readOptionalFile(path);
    if (text !== undefined) found.push([path, text]);
  }
  return found;
}

/** A question that nobody answers is answered with nothing, which the server refuses. */
async function answer(
  { host, user, ask }: SignIn,
  prompts: Prompt[],
  finish: (answers: string[]) => void,
): Promise<void> {
  const answers: string[] = [];
  try {
    for (const { prompt, echo = false } of prompts) {
      const credentials = await ask({ kind: 'ssh-prompt', host, user, prompt, echo });
      answers.push(credentials?.password ?? '');
    }
  } finally {
    finish(answers);
  }
}
