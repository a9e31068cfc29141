/** The query parameters of a libvirt URI that are for the client (https://libvirt.org/uri.html); all others go to the daemon. */

const text = (value: string): string => value;

function path(value: string): string {
  if (!value.startsWith('/')) throw new Error('must be an absolute path');
  return value;
}

function flag(value: string): boolean {
  if (!/^\d+$/.test(value)) throw new Error('must be 0 or 1');
  return Number(value) !== 0;
}

function oneOf<const Words extends readonly string[]>(...words: Words) {
  return (value: string): Words[number] => {
    if (!words.includes(value)) throw new Error(`must be one of ${words.join(', ')}`);
    return value;
  };
}

function listOf<const Words extends readonly string[]>(...words: Words) {
  return (value: string): Words[number][] => value.split(',').map(oneOf(...words));
}

function authType(value: string): string {
  if (!/^(polkit|sasl(\.[a-z0-9-]+)?)$/i.test(value)) throw new Error('must be polkit, sasl or sasl.MECHANISM');
  return value.toLowerCase();
}

const readers = {
  name: text,
  command: text,
  socket: path,
  auth: authType,
  authfile: path,
  netcat: text,
  keyfile: path,
  pkipath: path,
  known_hosts: path,
  known_hosts_verify: oneOf('normal', 'auto', 'ignore'),
  sshauth: listOf('agent', 'privkey', 'password', 'keyboard-interactive'),
  no_verify: flag,
  no_sanity: flag,
  no_tty: flag,
  mode: oneOf('auto', 'legacy', 'direct'),
  proxy: oneOf('auto', 'netcat', 'native'),
  tls_priority: text,
};

/** Parameters of a URI that are for the client; all others go to the daemon. */
export type ClientParameters = { readonly [Name in keyof typeof readers]?: ReturnType<(typeof readers)[Name]> };

/**
 * Takes the client's parameters out of a query. `rest` is what the daemon shall see, as it was written. Throws an Error
 * that names the parameter and what would be right.
 */
export function readClientParameters(query: string): { parameters: ClientParameters; rest: string } {
  const parameters: Record<string, unknown> = {};
  const rest: string[] = [];
  for (const part of query.split(/[&;]/)) {
    if (part === '') continue;
    const [name = '', ...values] = part.split('=').map(decode);
    const known = name.toLowerCase();
    if (!Object.hasOwn(readers, known)) {
      rest.push(part);
      continue;
    }
    const value = values.join('=');
    if (value === '') throw new Error(`parameter ${known} has no value`);
    try {
      parameters[known] = readers[known as keyof typeof readers](value);
    } catch (error) {
      throw new Error(`parameter ${known} ${error instanceof Error ? error.message : error}, not '${value}'`);
    }
  }
  return { parameters, rest: rest.join('&') };
}

/** Percent-decoding; a plus sign means itself here. */
export function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Error(`'${part}' is not well percent-encoded`);
  }
}
