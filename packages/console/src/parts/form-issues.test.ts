import { UserCreate } from '@domus/contract';
import { expect, it } from 'vitest';
import { issueKey, pathText } from './form-issues.ts';

it('reads field paths however they are written', () => {
  for (const written of [
    'guestUser.sshKeys.0',
    '$.guestUser.sshKeys[0]',
    '/guestUser/sshKeys/0',
    'body.guestUser.sshKeys.0',
  ]) {
    expect(pathText(written)).toBe('guestUser.sshKeys.0');
  }
});
it('says the rule of a field where it has one, else what is wrong', () => {
  const issues = UserCreate.safeParse({ name: 'X', password: 'short' }).error!.issues;
  const of = (path: string) => issues.find((issue) => issue.path[0] === path)!;
  expect(issueKey(of('name'), 'name', { name: 'validation.userName' })).toBe('validation.userName');
  expect(issueKey(of('password'), 'password', {})).toBe('validation.tooShort');
});
