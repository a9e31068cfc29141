import { existsSync, readFileSync, statSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EngineDouble, json, problemOf, someId } from '../testing/engine-double.ts';

let engine: EngineDouble;
let url: string;
let file: string;

beforeEach(async () => {
  engine = await EngineDouble.start(({ method, path, headers, body }, response) => {
    const signedIn = headers.cookie === 'domus_session=S';
    const hasToken = headers.authorization === 'Bearer T';
    if (method === 'POST' && path === '/api/v1/session') {
      const { password } = JSON.parse(body) as { password: string };
      if (password !== 'correct horse') return json(response, 401, problemOf('WRONG_CREDENTIALS', {}));
      response.setHeader('set-cookie', 'domus_session=S; HttpOnly; Path=/');
      return json(response, 201, {});
    }
    if (method === 'POST' && path === '/api/v1/tokens' && signedIn) {
      return json(response, 201, { id: someId, token: 'T' });
    }
    if (method === 'DELETE' && (signedIn || hasToken)) return void response.writeHead(204).end();
    if (hasToken) return json(response, 200, { items: [] });
    return json(response, 401, problemOf('NOT_SIGNED_IN', {}));
  }, 'tcp');
  url = `http://127.0.0.1:${(engine.server.address() as AddressInfo).port}`;
  file = join(engine.dataDir, '.config/domus/session.json');
});
afterEach(async () => await engine.stop());

const login = (password: string) =>
  engine.domus(['login', '--url', url, '--user', 'ada', '--password-stdin'], {
    stdin: `${password}\n`,
    environment: { DOMUS_DATA_DIR: '' },
  });
const elsewhere = { environment: { DOMUS_DATA_DIR: '' } };

describe('signing in to an engine elsewhere', () => {
  it('keeps a token that only its owner can read, and the next commands use it', async () => {
    expect(await login('correct horse')).toMatchObject({ exitCode: 0, stdout: '' });
    expect([statSync(file).mode & 0o777, statSync(join(file, '..')).mode & 0o777]).toEqual([0o600, 0o700]);
    expect(readFileSync(file, 'utf8')).not.toContain('correct horse');
    const { exitCode, stdout } = await engine.domus(['vm', 'list', '-o', 'json'], elsewhere);
    expect([exitCode, JSON.parse(stdout)]).toEqual([0, []]);
    expect(engine.received.at(-1)?.headers.authorization).toBe('Bearer T');
  });

  it('gives the browser-like session back at once, and the token at logout', async () => {
    await login('correct horse');
    expect(engine.received.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /api/v1/session',
      'POST /api/v1/tokens',
      'DELETE /api/v1/session',
    ]);
    expect(await engine.domus(['logout'], elsewhere)).toMatchObject({ exitCode: 0 });
    expect(engine.received.at(-1)).toMatchObject({ method: 'DELETE', path: `/api/v1/tokens/${someId}` });
    expect(existsSync(file)).toBe(false);
  });

  it('keeps nothing where the password is wrong', async () => {
    const told = await login('wrong');
    expect(told).toMatchObject({ exitCode: 1 });
    expect(told.stderr).toMatch(/WRONG_CREDENTIALS/);
    expect(existsSync(file)).toBe(false);
  });

  it('sends the token to no other address', async () => {
    await login('correct horse');
    const other = url.replace('127.0.0.1', 'localhost');
    const told = await engine.domus(['--url', other, 'vm', 'list'], elsewhere);
    expect(told).toMatchObject({ exitCode: 1 });
    expect(engine.received.at(-1)?.headers.authorization).toBeUndefined();
  });

  it('takes the engine of a data folder that is named before the one signed in to', async () => {
    await login('correct horse');
    const told = await engine.domus(['vm', 'list', '--data-dir', '/nowhere'], elsewhere);
    expect(told).toMatchObject({ exitCode: 3 });
  });
});
