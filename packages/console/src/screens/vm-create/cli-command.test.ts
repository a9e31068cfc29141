import { VmCreate } from '@domus/contract';
import { describe, expect, it } from 'vitest';
import { cliCommand } from './cli-command.ts';
import { emptyValues, vmCreateBody } from './vm-create-values.ts';

const values = {
  ...emptyValues,
  image: 'a-disk',
  name: 'first',
  flavor: 'small-id',
  user: 'me',
  password: 'correct horse',
  sshKeys: 'ssh-ed25519 AAAA me@here\n\n',
};
const names = { image: 'debian-12', isIso: false, flavor: 'small', network: '', host: '' };

describe('the command that makes the same VM', () => {
  it('names what was chosen and never the password', () => {
    const command = cliCommand(values, names);
    expect(command).toBe(
      "domus vm create --name first --flavor small --image debian-12 --user me --ssh-key 'ssh-ed25519 AAAA me@here' --password-stdin",
    );
    expect(command).not.toContain('horse');
  });
  it('quotes what a shell would take apart', () => {
    const command = cliCommand({ ...values, description: "it's $HOME; rm" }, names);
    expect(command).toContain(`--description 'it'\\''s $HOME; rm'`);
  });
});

describe('the body that is sent', () => {
  it('is accepted by the contract', () => {
    expect(VmCreate.safeParse(vmCreateBody(values, false)).success).toBe(true);
  });
  it('makes no guest user for an installer', () => {
    const body = VmCreate.parse(vmCreateBody(values, true));
    expect(body).toMatchObject({ iso: 'a-disk' });
    expect(body).not.toHaveProperty('guestUser');
    expect(body).not.toHaveProperty('image');
  });
  it('is refused with the path of the wrong field', () => {
    const result = VmCreate.safeParse(vmCreateBody({ ...values, sshKeys: 'not a key' }, false));
    expect(result.error?.issues[0]?.path).toEqual(['guestUser', 'sshKeys', 0]);
  });
});
