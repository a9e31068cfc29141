/**
 * auth.conf (https://libvirt.org/auth.html, Client configuration): `[auth-libvirt-HOST]` or `[auth-libvirt-default]` names a
 * section `[credentials-NAME]` with authname, username, password, …
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientEnvironment } from '../environment.ts';
import { LibvirtError } from '../errors.ts';
import { readOptionalFile } from '../optional-file.ts';
import type { Credentials } from './credentials.ts';
import { type KeyFile, parseKeyFile } from './key-file.ts';

/** What the file has for libvirt on this host. A file that was named must exist; the usual ones need not. */
export async function readAuthFile(
  named: string | undefined,
  host: string,
  environment: ClientEnvironment,
): Promise<Partial<Credentials>> {
  const path = named ?? environment.authFile ?? usualFile(environment);
  if (path === undefined) return {};
  const text = await readOptionalFile(path);
  if (text === undefined) throw invalid(path, 'there is no such file');
  let file: KeyFile;
  try {
    file = parseKeyFile(text);
  } catch (cause) {
    throw invalid(path, cause instanceof Error ? cause.message : String(cause));
  }
  return lookUp(file, path, host);
}

function usualFile({ userConfigFolder, systemConfigFolder }: ClientEnvironment): string | undefined {
  return [userConfigFolder, systemConfigFolder].map((folder) => join(folder, 'auth.conf')).find(existsSync);
}

function lookUp(file: KeyFile, path: string, host: string): Partial<Credentials> {
  const section = [`auth-libvirt-${host}`, 'auth-libvirt-default'].find((name) => file.has(name));
  if (section === undefined) return {};
  const name = file.get(section)?.get('credentials');
  if (name === undefined) throw invalid(path, `section [${section}] must name its credentials`);
  const entries = file.get(`credentials-${name}`);
  if (!entries) throw invalid(path, `there is no section [credentials-${name}]`);
  const authname = entries.get('authname') ?? entries.get('username');
  const password = entries.get('password') ?? entries.get('passphrase');
  return { ...(authname === undefined ? {} : { authname }), ...(password === undefined ? {} : { password }) };
}

function invalid(path: string, problem: string): LibvirtError {
  return new LibvirtError({ code: 'INVALID_CONFIGURATION', message: `${path}: ${problem}` });
}
