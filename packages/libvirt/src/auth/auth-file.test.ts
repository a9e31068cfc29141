import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { testEnvironment } from '../testing/test-environment.ts';
import { readAuthFile } from './auth-file.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'domus-auth-'));
});

afterEach(() => rm(folder, { recursive: true }));

async function write(path: string, text: string): Promise<string> {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  return file;
}

const auth = (password: string) => `# who is who
[credentials-lab]
authname = fred
password=${password}

[credentials-rest]
username=any

[auth-libvirt-lab.example]
credentials=lab
[auth-libvirt-default]
credentials=rest
`;

test('a host has its own credentials or the default ones', async () => {
  const file = await write('x.conf', auth('a=b #c'));
  const environment = testEnvironment(folder);
  expect(await readAuthFile(file, 'lab.example', environment)).toEqual({ authname: 'fred', password: 'a=b #c' });
  expect(await readAuthFile(file, 'other', environment)).toEqual({ authname: 'any' });
});

test("the file is named, or in the environment, or the user's, or the machine's", async () => {
  const environment = testEnvironment(folder);
  const password = async (named?: string, authFile?: string) =>
    (await readAuthFile(named, 'lab.example', { ...environment, authFile })).password;
  expect(await password()).toBeUndefined();
  await write('etc/libvirt/auth.conf', auth('machine'));
  expect(await password()).toBe('machine');
  await write('home/.config/libvirt/auth.conf', auth('user'));
  expect(await password()).toBe('user');
  const other = await write('other.conf', auth('environment'));
  expect(await password(undefined, other)).toBe('environment');
  expect(await password(await write('named.conf', auth('named')), other)).toBe('named');
});

test.each([
  ['password=secret', 'line 1 must be [section], or key=value below one'],
  ['[credentials-x]\nsecret', 'line 2 must be'],
  ['[auth-libvirt-h]\nx=y', 'section [auth-libvirt-h] must name its credentials'],
  ['[auth-libvirt-h]\ncredentials=lab', 'there is no section [credentials-lab]'],
])('%j is refused, and no secret is told', async (text, reason) => {
  const file = await write('x.conf', text);
  const error = await readAuthFile(file, 'h', testEnvironment(folder)).catch((cause: unknown) => cause);
  expect(error).toMatchObject({
    code: 'INVALID_CONFIGURATION',
    message: expect.stringContaining(`${file}: ${reason}`),
  });
  expect(String(error)).not.toContain('secret');
});

test('a file that was named must be there', async () => {
  await expect(readAuthFile(join(folder, 'none'), 'h', testEnvironment(folder))).rejects.toMatchObject({
    code: 'INVALID_CONFIGURATION',
  });
});
