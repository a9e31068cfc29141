import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ClientEnvironment } from '../environment.ts';
import { testEnvironment } from '../testing/test-environment.ts';
import { readClientConfig, resolveUri } from './client-config.ts';
import { parseConfig } from './config-file.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'domus-conf-'));
});

afterEach(() => rm(folder, { recursive: true }));

async function resolve(text: string, given?: string, changes: Partial<ClientEnvironment> = {}): Promise<string> {
  const environment = testEnvironment(folder, changes);
  const place = environment.isRoot ? environment.systemConfigFolder : environment.userConfigFolder;
  await mkdir(place, { recursive: true });
  await writeFile(join(place, 'libvirt.conf'), text);
  return resolveUri(given, await readClientConfig(environment), environment);
}

const conf = `# a comment
uri_aliases = [
  "rack=qemu+ssh://root@rack.example/system", # the first
  'lab=qemu+tls://lab/system',
]
uri_default = "lab"
`;

test('a URI is given, or an alias, or the default of environment and file', async () => {
  expect(await resolve(conf, 'rack')).toBe('qemu+ssh://root@rack.example/system');
  expect(await resolve(conf, 'qemu:///system')).toBe('qemu:///system');
  expect(await resolve(conf)).toBe('qemu+tls://lab/system');
  expect(await resolve(conf, undefined, { isRoot: true })).toBe('qemu+tls://lab/system');
  expect(await resolve(conf, undefined, { defaultUri: 'xen:///system' })).toBe('xen:///system');
  expect(await resolve('')).toBe('remote+unix:///');
});

test('without a file there are no aliases', async () => {
  const environment = testEnvironment(folder);
  expect(resolveUri('rack', await readClientConfig(environment), environment)).toBe('rack');
});

test.each([
  ['uri_default = 3', 'uri_default must be a string'],
  ['uri_aliases = "x"', 'uri_aliases must be a list of strings'],
  ['uri_aliases = [ "a b=c" ]', "uri_aliases: 'a b=c' must look like name=URI"],
  ['a = "b"\nuri_default qemu', 'line 2: expected key = value'],
  ['a = [ "b" "c" ]', 'line 1: expected a comma or "]"'],
  ['a = "b', 'line 1: expected a string in quotes'],
  ['a = "b" c', 'line 1: expected the end of the line'],
])('%j is refused with its place', async (text, reason) => {
  await expect(resolve(text)).rejects.toMatchObject({
    code: 'INVALID_CONFIGURATION',
    message: expect.stringMatching(/libvirt\.conf: /),
  });
  await expect(resolve(text)).rejects.toThrow(reason);
});

test('every kind of value', () => {
  const entries = parseConfig(
    `a=1\nb = -2\nc = 'x # "y"'\nd = """two\nlines"""\n  e = [ 1, [ "n" ], ] # end\nf.g-h = ""`,
  );
  expect(Object.fromEntries(entries)).toEqual({
    a: 1,
    b: -2,
    c: 'x # "y"',
    d: 'two\nlines',
    e: [1, ['n']],
    'f.g-h': '',
  });
});
