import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { buildSeed, type SeedFiles, type SeedRequest, type SeedResult } from './seed.rules.ts';

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGx5 ada@example';
const request: SeedRequest = { hostname: 'web-1', instanceId: 'i-1', user: 'ada', sshKeys: [key] };

function filesOf(result: SeedResult): SeedFiles {
  if (!result.ok) throw new Error(result.message.en);
  return result.files;
}

function seed(changes: Partial<SeedRequest> = {}) {
  return filesOf(buildSeed({ ...request, ...changes }));
}

describe('buildSeed', () => {
  it('gives the user her keys, sudo and no password', () => {
    const config = parse(seed()['user-data']);
    expect(config.users).toHaveLength(1);
    expect(config.users[0]).toMatchObject({
      name: 'ada',
      ssh_authorized_keys: [key],
      lock_passwd: true,
      shell: '/bin/bash',
    });
    expect(config.users[0].sudo).toContain('NOPASSWD');
    expect(config.ssh_pwauth).toBe(false);
  });

  it('opens SSH to passwords only when one was given', () => {
    const config = parse(seed({ passwordHash: '$6$salt$abc./' })['user-data']);
    expect(config.users[0]).toMatchObject({ passwd: '$6$salt$abc./', lock_passwd: false });
    expect(config.ssh_pwauth).toBe(true);
    expect(config.chpasswd).toEqual({ expire: false });
  });

  it('configures the default user of the image when no name is given', () => {
    const { user: _, ...anonymous } = request;
    expect(parse(filesOf(buildSeed(anonymous))['user-data'])).toMatchObject({ ssh_authorized_keys: [key] });
  });

  it('names the guest and applies everything before the network', () => {
    expect(parse(seed()['meta-data'])).toEqual({ 'instance-id': 'i-1', 'local-hostname': 'web-1', dsmode: 'local' });
  });

  it('lets a person add user data of her own, which may use the network', () => {
    const files = seed({ userData: '#!/bin/sh\necho domus-part\n' });
    expect(files['user-data']).toContain('Content-Type: text/x-shellscript');
    expect(files['user-data']).toContain('boundary="domus-part-"');
    expect(parse(files['meta-data'])).not.toHaveProperty('dsmode');
  });

  it('keeps what a person typed inside its value', () => {
    const config = parse(seed({ sshKeys: [`${key} # "}, users: [{name: eve}]`] })['user-data']);
    expect(config.users.map((user: { name: string }) => user.name)).toEqual(['ada']);
  });

  it.each<[keyof SeedRequest, Partial<SeedRequest>]>([
    ['hostname', { hostname: 'web_1' }],
    ['hostname', { hostname: '-web' }],
    ['user', { user: 'Ada Lovelace' }],
    ['user', { user: 'root' }],
    ['passwordHash', { passwordHash: 'secret' }],
    ['sshKeys', { sshKeys: ['ssh-ed25519 AAAA\nssh-ed25519 BBBB'] }],
    ['timezone', { timezone: '../../etc/passwd' }],
    ['userData', { userData: 'echo hello' }],
  ])('names %s when it is wrong', (field, changes) => {
    expect(buildSeed({ ...request, ...changes })).toMatchObject({ ok: false, field });
  });
});
