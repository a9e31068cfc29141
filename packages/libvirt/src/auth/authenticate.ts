import type { Caller } from '../caller.ts';
import { LibvirtError } from '../errors.ts';
import { AuthType } from '../features.ts';
import type { Route } from '../transport/route.ts';
import { readAuthFile } from './auth-file.ts';
import { askFor, type Credentials, type CredentialsCallback } from './credentials.ts';
import { authenticateBySasl } from './sasl.ts';

/** Does what the daemon asks for before it listens: nothing, polkit or SASL. */
export async function authenticate(
  caller: Caller,
  route: Route,
  callback: CredentialsCallback | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { types } = await caller.call('authList', undefined, { signal });
  const [wanted, mechanism] = route.uri.parameters.auth?.split('.', 2) ?? [];
  const type = choose(types, wanted);
  if (type === AuthType.NONE) return;
  // Polkit asks the daemon's own machine about our process: nothing is exchanged here.
  if (type === AuthType.POLKIT) return void (await caller.call('authPolkit', undefined, { signal }));
  const { isConfidential } = route;
  const credentials = (name: string) => findCredentials(name, route, callback, signal);
  await authenticateBySasl(caller, { mechanism, isConfidential, credentials, signal });
}

/** Offers come in the daemon's order; the first one is meant. */
function choose(types: readonly number[], wanted: string | undefined): number {
  if (types.length === 0 && wanted === undefined) return AuthType.NONE;
  const want = { sasl: AuthType.SASL, polkit: AuthType.POLKIT }[wanted ?? ''];
  const known: number[] = want === undefined ? Object.values(AuthType) : [want];
  const type = types.find((each) => known.includes(each));
  if (type !== undefined) return type;
  const offered = types.map((each) => Object.entries(AuthType).find(([, number]) => number === each)?.[0] ?? each);
  const message = `the daemon offers sign-in by ${offered.join(', ') || 'nothing'}, not by ${wanted ?? 'a way we know'}`;
  throw new LibvirtError({ code: 'AUTH_UNAVAILABLE', message });
}

/** The callback's answer goes before the file, the file's name before the URI's. */
async function findCredentials(
  mechanism: string,
  { uri, environment }: Route,
  callback: CredentialsCallback | undefined,
  signal: AbortSignal,
): Promise<Partial<Credentials>> {
  const host = uri.host === '' ? 'localhost' : uri.host;
  const fromUri = uri.user === undefined ? {} : { authname: uri.user };
  const answered = await askFor(callback, { kind: 'sasl', host, mechanism, authname: uri.user }, signal);
  if (answered) return { ...fromUri, ...answered };
  return { ...fromUri, ...(await readAuthFile(uri.parameters.authfile, host, environment)) };
}
