import { describe, expect, it } from 'vitest';
import {
  ApiError,
  ApiUnreachable,
  createClient,
  DomusError,
  errors,
  errorText,
  openapi,
  permissions,
  type Route,
  roles,
  routes,
  text,
  toProblem,
  VmCreate,
} from './index.ts';

describe('errors', () => {
  it('name the same parameters in English and Chinese', () => {
    const names = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort();
    for (const { en, zh } of Object.values(errors)) expect(names(zh)).toEqual(names(en));
  });
  it('say in the language asked for what is a sentence itself', () => {
    const parameters = { field: 'size', reason: text('too large', '太大') };
    expect(errorText('INVALID_INPUT', parameters, 'en')).toBe('The field "size" is not valid: too large');
    expect(errorText('INVALID_INPUT', parameters, 'zh-CN')).toBe('字段“size”无效：太大');
  });
  it('speak of kinds in words', () => {
    expect(errorText('NOT_FOUND', { kind: 'storage-pool', id: 'x' }, 'en')).toBe('There is no storage pool "x"');
    expect(errorText('NOT_FOUND', { kind: 'vm', id: 'x' }, 'zh-CN')).toBe('找不到虚拟机“x”');
  });
});

describe('roles', () => {
  it('grow from viewer to administrator', () => {
    expect(new Set(roles.administrator)).toEqual(new Set(permissions));
    for (const [less, more] of [
      ['viewer', 'user'],
      ['user', 'operator'],
      ['operator', 'administrator'],
    ] as const) {
      for (const permission of roles[less]) expect(roles[more]).toContain(permission);
    }
  });
});

describe('openapi', () => {
  it('describes every route with a unique id and its refusals', () => {
    const paths = openapi('1')['paths'] as Record<string, Record<string, { operationId: string; responses: object }>>;
    const operations = Object.values(paths).flatMap((path) => Object.values(path));
    expect(new Set(operations.map((o) => o.operationId))).toEqual(new Set(Object.keys(routes)));
    for (const each of operations) expect(each.responses).toHaveProperty('default');
  });
  it('lets no two routes share a method and a path', () => {
    const keys = Object.values(routes as Record<string, Route>).map(
      (r) => `${r.method} ${r.path.replace(/:\w+/g, ':')}`,
    );
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe('client', () => {
  const answering = (status: number, text: string) =>
    createClient(
      async () => ({ status, text }),
      () => 'en',
    );
  it('throws the problem that the engine answered', async () => {
    const problem = toProblem(new DomusError('NOT_FOUND', { kind: 'vm', id: 'x' }), 'en');
    const call = answering(404, JSON.stringify(problem)).call('vm.show', { params: { id: 'x' } });
    await expect(call).rejects.toThrowError(ApiError);
    await expect(call).rejects.toMatchObject({ problem: { code: 'NOT_FOUND' } });
  });
  it('says so where no engine answers', async () => {
    await expect(answering(200, '<html>').call('vm.list')).rejects.toThrowError(ApiUnreachable);
    await expect(answering(500, '{}').call('vm.list')).rejects.toThrowError(ApiUnreachable);
  });
  it('encodes what a path and a query carry', async () => {
    const paths: string[] = [];
    const client = createClient(
      async (request) => {
        paths.push(request.path);
        return { status: 200, text: '{}' };
      },
      () => 'en',
    );
    await client.call('vm.show', { params: { id: 'a/b c' } });
    await client.call('vm.list', { query: { project: 'x&y' } });
    expect(paths).toEqual(['/api/v1/vms/a%2Fb%20c', '/api/v1/vms?project=x%26y']);
  });
});

describe('a VM to create', () => {
  const good = { name: 'first', flavor: 'small', image: 'debian-12' };
  it('needs an image or an ISO, and knows no other fields', () => {
    expect(VmCreate.safeParse(good).success).toBe(true);
    expect(VmCreate.safeParse({ name: 'first', flavor: 'small' }).error?.issues[0]?.path).toEqual(['image']);
    expect(VmCreate.safeParse({ ...good, colour: 'red' }).success).toBe(false);
  });
  it.each(['', '-a', 'a-', 'a b', 'a/b', '../x', 'x'.repeat(64), 'ä'])('refuses the name %j', (name) => {
    expect(VmCreate.safeParse({ ...good, name }).error?.issues[0]?.path).toEqual(['name']);
  });
  it('takes one line per key', () => {
    const keys = (key: string) => VmCreate.safeParse({ ...good, guestUser: { name: 'me', sshKeys: [key] } }).success;
    expect(keys('ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 me@x')).toBe(true);
    expect(keys('ssh-ed25519 AAAA me\nruncmd: [evil]')).toBe(false);
  });
});
