import { readFileSync } from 'node:fs';

/** Which package manager this machine has, and which release its package names follow. */
export interface Distribution {
  readonly manager: 'apt' | 'dnf' | 'other';
  /** ID of os-release, e.g. "debian", "ubuntu", "fedora", "rocky". */
  readonly id: string;
  /** VERSION_ID as a number, e.g. 12, 24.04; 0 where there is none (rolling releases). */
  readonly version: number;
  /** PRETTY_NAME, for people. */
  readonly name: string;
}

/** Parses os-release (man os-release): KEY=value lines, values optionally in single or double quotes. */
export function parseOsRelease(content: string): Distribution {
  const fields = new Map<string, string>();
  for (const line of content.split('\n')) {
    const match = /^([A-Z_0-9]+)=(.*)$/.exec(line.trim());
    if (match) fields.set(match[1]!, match[2]!.replace(/^(["'])(.*)\1$/, '$2').replace(/\\(.)/g, '$1'));
  }
  const id = fields.get('ID') ?? 'linux';
  const family = [id, ...(fields.get('ID_LIKE') ?? '').split(/\s+/)];
  const is = (...names: string[]) => names.some((name) => family.includes(name));
  return {
    manager: is('debian', 'ubuntu') ? 'apt' : is('fedora', 'rhel', 'centos') ? 'dnf' : 'other',
    id,
    version: Number.parseFloat(fields.get('VERSION_ID') ?? '') || 0,
    name: fields.get('PRETTY_NAME') ?? id,
  };
}

/** This machine's distribution; a machine without os-release is "other". */
export function readDistribution(files = ['/etc/os-release', '/usr/lib/os-release']): Distribution {
  for (const file of files) {
    try {
      return parseOsRelease(readFileSync(file, 'utf8'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return { manager: 'other', id: 'linux', version: 0, name: 'Linux' };
}
