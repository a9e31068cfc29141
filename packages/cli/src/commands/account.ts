import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { ApiUnreachable, readReply, routePath, text } from '@domus/contract';
import type { Command } from 'commander';
import { connectEngine } from '../connection/engine.ts';
import { readBody, send } from '../connection/http.ts';
import { readSession, removeSession, settingsFile, writeSession } from '../connection/settings.ts';
import { parseUrl, type Target } from '../connection/target.ts';
import { CommandFailed, UsageError } from '../errors.ts';
import { secrets } from '../prompts.ts';
import type { Session } from '../session.ts';

interface LoginOptions {
  url?: string;
  user: string;
  ca?: string;
  passwordStdin?: true;
}

/** Signing in to an engine elsewhere, and who one is. On the engine's own machine nobody signs in. */
export function registerAccount(program: Command, begin: (command: Command) => Session): void {
  const login = program
    .command('login')
    .description('Sign in to a Domus elsewhere (--url); the next commands speak to it')
    .requiredOption('--user <name>', 'who you are there')
    .option('--ca <file>', "certificate (PEM) of that Domus's own authority, where the system does not know it")
    .option('--password-stdin', 'the password is the first line of stdin')
    .action(async () => await signIn(begin(login), login.optsWithGlobals<LoginOptions>()));
  const logout = program
    .command('logout')
    .description('Give back the token of the sign-in and forget it')
    .action(async () => await signOut(begin(logout)));
  const whoami = program
    .command('whoami')
    .description('Who I am and what I may do')
    .action(async () => {
      const session = begin(whoami);
      await session.printOne(await session.engine.client.call('session.show', {}, session.signal));
    });
  const password = program
    .command('password')
    .description('Change my password')
    .option('--password-stdin', 'the first two lines of stdin are the old and the new one')
    .action(async () => {
      const session = begin(password);
      const questions = [text('Your password now', '当前密码'), text('Your new password', '新密码')];
      const fromStdin = password.opts<{ passwordStdin?: true }>().passwordStdin === true;
      const [current, next] = await secrets(session, questions, fromStdin);
      const body = { current: current!, password: next! };
      await session.engine.client.call('session.password', { body }, session.signal);
    });
}

/** Signs in as a browser does and trades that session for a token of its own, which outlives it. */
async function signIn(session: Session, options: LoginOptions): Promise<void> {
  if (options.url === undefined)
    throw new UsageError(text('Say where: --url https://name:port', '请指定地址：--url https://名称:端口'));
  const url = parseUrl(options.url);
  const ca = options.ca === undefined ? null : readCertificate(options.ca);
  const [password] = await secrets(
    session,
    [text(`Password of ${options.user}`, `${options.user} 的密码`)],
    options.passwordStdin === true,
  );
  const remote: Target = { kind: 'remote', url, token: null, ca };
  const cookie = await openSession(remote, { name: options.user, password: password! }, session);
  const made = await withCookie(remote, cookie, 'token.create', { name: `cli-${hostname()}`.slice(0, 63) }, session);
  const { token, id } = made as { token: string; id: string };
  await withCookie(remote, cookie, 'session.delete', undefined, session);
  writeSession(session.terminal.environment, { url: url.origin, token, tokenId: id, ca });
  const file = settingsFile(session.terminal.environment);
  session.say(text(`Signed in at ${url.origin}; the token is in ${file}`, `已登录 ${url.origin}；令牌保存在 ${file}`));
}

async function openSession(
  target: Target,
  body: { name: string; password: string },
  session: Session,
): Promise<string> {
  const incoming = await send(target, {
    method: 'POST',
    path: routePath('session.create'),
    headers: { 'content-type': 'application/json', accept: 'application/json', 'accept-language': session.language },
    body: JSON.stringify(body),
    signal: session.signal,
  });
  readReply({ status: incoming.statusCode!, text: (await readBody(incoming)).toString() });
  const cookie = incoming.headers['set-cookie']?.map((each) => each.split(';')[0]).join('; ');
  if (cookie === undefined) throw new ApiUnreachable('signed in without a cookie: is this a Domus engine?');
  return cookie;
}

async function withCookie(
  target: Target,
  cookie: string,
  route: 'token.create' | 'session.delete',
  body: object | undefined,
  session: Session,
): Promise<unknown> {
  const incoming = await send(target, {
    method: route === 'token.create' ? 'POST' : 'DELETE',
    path: routePath(route),
    headers: { cookie, accept: 'application/json', ...(body ? { 'content-type': 'application/json' } : {}) },
    body: body && JSON.stringify(body),
    signal: session.signal,
  });
  return readReply({ status: incoming.statusCode!, text: (await readBody(incoming)).toString() });
}

async function signOut(session: Session): Promise<void> {
  const { environment } = session.terminal;
  let saved: ReturnType<typeof readSession> = null;
  try {
    saved = readSession(environment);
    if (saved !== null) {
      const { url, token, ca, tokenId } = saved;
      const engine = connectEngine({ kind: 'remote', url: new URL(url), token, ca }, session.language);
      await engine.client.call('token.delete', { params: { id: tokenId } }, session.signal);
    }
  } finally {
    // Whatever the engine answers, this machine forgets the token.
    removeSession(environment);
  }
  session.say(saved === null ? text('Nobody was signed in', '当前未登录') : text('Signed out', '已退出登录'));
}

function readCertificate(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code;
    throw new CommandFailed(text(`Cannot read ${file}: ${reason}`, `无法读取 ${file}：${reason}`), { cause });
  }
}
