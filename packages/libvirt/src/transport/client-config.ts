import { join } from 'node:path';
import type { ClientEnvironment } from '../environment.ts';
import { LibvirtError } from '../errors.ts';
import { readOptionalFile } from '../optional-file.ts';
import { type ConfigValue, parseConfig } from './config-file.ts';

/** `libvirt.conf`, the clients' configuration. */
export interface ClientConfig {
  readonly aliases: ReadonlyMap<string, string>;
  readonly uriDefault: string | undefined;
  readonly tlsPriority: string | undefined;
}

/** Of root the machine's, of others their own; a file that is not there says nothing. */
export async function readClientConfig(environment: ClientEnvironment): Promise<ClientConfig> {
  const folder = environment.isRoot ? environment.systemConfigFolder : environment.userConfigFolder;
  const file = join(folder, 'libvirt.conf');
  const text = await readOptionalFile(file);
  try {
    const entries = parseConfig(text ?? '');
    return {
      aliases: new Map(strings(entries, 'uri_aliases').map(alias)),
      uriDefault: string(entries, 'uri_default'),
      tlsPriority: string(entries, 'tls_priority'),
    };
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new LibvirtError({ code: 'INVALID_CONFIGURATION', message: `${file}: ${problem}` });
  }
}

function alias(text: string): [name: string, uri: string] {
  const match = /^([\w-]+)=(.+)$/.exec(text);
  if (!match)
    throw new Error(`uri_aliases: '${text}' must look like name=URI, the name of letters, digits, "_" and "-"`);
  return [match[1]!, match[2]!];
}

function string(entries: ReadonlyMap<string, ConfigValue>, key: string): string | undefined {
  const value = entries.get(key);
  if (value === undefined || typeof value === 'string') return value;
  throw new Error(`${key} must be a string`);
}

function strings(entries: ReadonlyMap<string, ConfigValue>, key: string): string[] {
  const value = entries.get(key) ?? [];
  const isString = (each: ConfigValue) => typeof each === 'string';
  if (Array.isArray(value) && value.every(isString)) return value;
  throw new Error(`${key} must be a list of strings`);
}

/**
 * The URI to open: the one given, LIBVIRT_DEFAULT_URI, uri_default; each may be an alias. Without any the daemon of this
 * machine, of root or of the user, chooses among its drivers.
 */
export function resolveUri(given: string | undefined, config: ClientConfig, environment: ClientEnvironment): string {
  const text = given ?? environment.defaultUri ?? config.uriDefault ?? 'remote+unix:///';
  return config.aliases.get(text) ?? text;
}
