import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { afterEach, expect, test, vi } from 'vitest';
import { type ConnectOptions, connect } from '../connection.ts';
import { type Handlers, ProtocolServer, ServerFailure } from '../testing/protocol-server.ts';

const NOTHING = new Uint8Array();
const bytes = (text: string) => Buffer.from(text, 'latin1');
const done = { complete: 1, nil: 1, data: NOTHING };

async function open(handlers: Handlers, options: ConnectOptions = {}) {
  const server = new ProtocolServer({ authList: () => ({ types: [1] }), ...handlers });
  const attempt = connect({ uri: 'test://fred@host/default', transport: server.transport, ...options });
  return { server, calls: () => server.peers[0]?.calls, connection: await attempt };
}

const said = (mech: string, data: string) => ({ mech, nil: 0, data: new Uint8Array(bytes(data)) });

const credentials = () => ({ password: 'pencil' });

/** A SCRAM-SHA-256 server for fred with the password pencil. */
function scramServer(signature?: string): Handlers {
  let messages = '';
  const hmac = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const salted = pbkdf2Sync('pencil', 'salt', 4096, 32, 'sha256');
  return {
    authSaslInit: () => ({ mechlist: 'GSSAPI SCRAM-SHA-256 PLAIN' }),
    authSaslStart: ({ mech, nil, data }) => {
      expect({ mech, nil }).toEqual({ mech: 'SCRAM-SHA-256', nil: 0 });
      const bare = Buffer.from(data).toString('latin1').slice('n,,'.length);
      expect(bare).toMatch(/^n=fred,r=/);
      const first = `r=${bare.split('r=')[1]}theirs,s=${bytes('salt').toString('base64')},i=4096`;
      messages = `${bare},${first}`;
      return { complete: 0, nil: 0, data: bytes(first) };
    },
    authSaslStep: ({ data }) => {
      const [channel, nonce, proof = ''] = Buffer.from(data).toString('latin1').split(',');
      const message = `${messages},${channel},${nonce}`;
      const clientKey = hmac(salted, 'Client Key');
      const mask = hmac(createHash('sha256').update(clientKey).digest(), message);
      const expected = Buffer.from(clientKey.map((byte, at) => byte ^ mask[at]!)).toString('base64');
      if (proof !== `p=${expected}`) throw new ServerFailure('AUTH_FAILED', 'authentication failed');
      const ours = hmac(hmac(salted, 'Server Key'), message).toString('base64');
      return { complete: 1, nil: 0, data: bytes(`v=${signature ?? ours}`) };
    },
  };
}

test('SCRAM: the best mechanism that both do, and both have proven that they know the password', async () => {
  const asked = vi.fn(credentials);
  const { connection, calls } = await open(scramServer(), { credentials: asked });
  expect(calls()?.slice(0, 4)).toEqual(['authList', 'authSaslInit', 'authSaslStart', 'authSaslStep']);
  expect(asked).toHaveBeenCalledExactlyOnceWith(
    { kind: 'sasl', host: 'host', mechanism: 'SCRAM-SHA-256', authname: 'fred' },
    expect.any(AbortSignal),
  );
  await connection.close();
});

test("SCRAM: a wrong password is the daemon's refusal", async () => {
  await expect(open(scramServer(), { credentials: () => ({ password: 'geheim' }) })).rejects.toMatchObject({
    code: 'AUTH_FAILED',
    message: 'authentication failed',
  });
});

test('SCRAM: a daemon without the password is not believed, and the secret is not told', async () => {
  const error = await open(scramServer(bytes('wrong').toString('base64')), { credentials }).catch((cause) => cause);
  expect(error).toMatchObject({ code: 'AUTH_FAILED', phase: 'authentication' });
  expect(error.message).toContain('does not know the password');
  expect(JSON.stringify(error) + error.stack).not.toContain('pencil');
});

test('SCRAM: a daemon that skips its proof is not believed', async () => {
  const handlers = { ...scramServer(), authSaslStart: () => done };
  await expect(open(handlers, { credentials })).rejects.toMatchObject({
    code: 'AUTH_FAILED',
    message: expect.stringContaining('has not proven'),
  });
});

test('PLAIN goes only where nobody can read along', async () => {
  const start = vi.fn(() => done);
  const handlers: Handlers = { authSaslInit: () => ({ mechlist: 'PLAIN' }), authSaslStart: start };
  await expect(open(handlers, { credentials })).rejects.toMatchObject({ code: 'AUTH_UNAVAILABLE' });
  expect(start).not.toHaveBeenCalled();
  const { connection } = await open(handlers, { credentials, confidential: true });
  expect(start).toHaveBeenCalledWith(said('PLAIN', '\0fred\0pencil'), expect.anything(), expect.anything());
  await connection.close();
});

test('EXTERNAL: who we are is known from the way', async () => {
  const start = vi.fn(() => done);
  const { connection } = await open({ authSaslInit: () => ({ mechlist: 'PLAIN,EXTERNAL' }), authSaslStart: start });
  expect(start).toHaveBeenCalledWith(said('EXTERNAL', 'fred'), expect.anything(), expect.anything());
  await connection.close();
});

test('the URI chooses the way to sign in', async () => {
  const polkit = vi.fn(() => ({ complete: 1 }));
  const handlers = { ...scramServer(), authList: () => ({ types: [1, 2] }), authPolkit: polkit };
  const uri = 'test://fred@host/default?auth=';
  const { connection } = await open(handlers, { uri: `${uri}polkit` });
  expect(polkit).toHaveBeenCalledOnce();
  await connection.close();
  const scram = await open(handlers, { uri: `${uri}sasl.SCRAM-SHA-256`, credentials });
  expect(polkit).toHaveBeenCalledOnce();
  await scram.connection.close();
  await expect(open(handlers, { uri: `${uri}sasl.SCRAM-SHA-1`, credentials })).rejects.toMatchObject({
    code: 'AUTH_UNAVAILABLE',
    message: expect.stringContaining(
      'offers SASL mechanisms GSSAPI, SCRAM-SHA-256, PLAIN; this client does SCRAM-SHA-1',
    ),
  });
  await expect(open({ authList: () => ({ types: [1] }) }, { uri: `${uri}polkit` })).rejects.toMatchObject({
    code: 'AUTH_UNAVAILABLE',
    message: expect.stringContaining('offers sign-in by SASL, not by polkit'),
  });
});

afterEach(() => vi.unstubAllEnvs());

test('without a password the reason tells where it is looked for', async () => {
  vi.stubEnv('LIBVIRT_AUTH_FILE', '/dev/null');
  await expect(open(scramServer())).rejects.toMatchObject({
    code: 'AUTH_CANCELLED',
    phase: 'authentication',
    message: expect.stringContaining('SASL SCRAM-SHA-256 needs a password'),
  });
});

test('a daemon that leaves while signing in wakes who waits, and the phase is told', async () => {
  const handlers: Handlers = { authSaslInit: (_, peer) => void peer.socket.destroy() as never };
  await expect(open(handlers, { credentials })).rejects.toMatchObject({
    code: 'CONNECTION_LOST',
    phase: 'authentication',
  });
  const late: Handlers = { authList: () => ({ types: [] }), connectOpen: (_, peer) => void peer.socket.destroy() };
  await expect(open(late)).rejects.toMatchObject({ code: 'CONNECTION_LOST', phase: 'open' });
});

test('a callback that fails ends the attempt, and so does a deadline while it waits', async () => {
  const broken = () => {
    throw new Error('no keyring');
  };
  await expect(open(scramServer(), { credentials: broken })).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
  const never = () => new Promise<never>(() => undefined);
  await expect(open(scramServer(), { credentials: never, connectDeadlineMs: 50 })).rejects.toMatchObject({
    code: 'DEADLINE_EXCEEDED',
    phase: 'authentication',
  });
});
