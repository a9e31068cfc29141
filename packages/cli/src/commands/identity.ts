import { type ApiToken, type AuditEntry, type Project, roleNames, text, type User } from '@domus/contract';
import { UsageError } from '../errors.ts';
import { ago, orNone, yesNo } from '../output/humane.ts';
import { secrets } from '../prompts.ts';
import type { Column } from '../session.ts';
import { defined } from './defined.ts';
import { type Group, several, wholeNumber } from './group.ts';

const userColumns: readonly Column<User>[] = [
  { title: text('NAME', '名称'), cell: ({ name }) => name },
  { title: text('SHOWN AS', '显示名'), cell: ({ displayName }) => orNone(displayName) },
  {
    title: text('ROLES', '角色'),
    cell: ({ roles }) =>
      orNone(roles.map(({ role, project }) => (project === null ? role : `${role}@${project.name}`)).join(', ')),
  },
  { title: text('ENABLED', '启用'), cell: ({ enabled }, language) => yesNo(enabled, language) },
  { title: text('CREATED', '创建时间'), cell: ({ createdAt }, language) => ago(createdAt, language) },
];

const rolesHelp = `ROLE (everywhere) or ROLE@PROJECT; roles: ${roleNames.join(', ')}; may be given several times`;

interface UserOptions {
  name: string;
  displayName?: string;
  role?: string[];
  password?: true;
  passwordStdin?: true;
  enable?: true;
  disable?: true;
}

export function registerUser(group: Group): void {
  group.list('user.list', userColumns);
  group.show('user.show');
  group
    .verb<UserOptions>('create', 'Make a user; asks for the password', async (session, _, options) => {
      const { name, displayName, role = [], passwordStdin } = options;
      const [password] = await secrets(session, [text('Password of the user', '该用户的密码')], passwordStdin === true);
      const body = { name, password: password!, roles: role.map(roleOf), ...defined({ displayName }) };
      await session.printOne(await session.engine.client.call('user.create', { body }, session.signal));
    })
    .requiredOption('--name <name>', '2-32 small letters, digits, ".", "-" or "_", first a letter')
    .option('--display-name <text>', 'the name shown')
    .option('--role <role>', rolesHelp, several)
    .option('--password-stdin', 'the password is the first line of stdin');
  group
    .verb<UserOptions>('update <name>', 'Change a user', async (session, [id], options) => {
      const { displayName, role, passwordStdin, enable, disable } = options;
      const asked = options.password === true || passwordStdin === true;
      const [password] = asked
        ? await secrets(session, [text('New password of the user', '该用户的新密码')], passwordStdin === true)
        : [];
      const enabled = enable ? true : disable ? false : undefined;
      const body = defined({ displayName, enabled, password, roles: role?.map(roleOf) });
      await session.printOne(
        await session.engine.client.call('user.update', { params: { id: id! }, body }, session.signal),
      );
    })
    .option('--display-name <text>', 'the name shown')
    .option('--role <role>', `all roles from now on: ${rolesHelp}`, several)
    .option('--password', 'ask for a new password')
    .option('--password-stdin', 'the new password is the first line of stdin')
    .option('--enable', 'may sign in')
    .option('--disable', 'may not sign in');
  group.delete('user.delete');
}

function roleOf(given: string): { role: (typeof roleNames)[number]; project: string | null } {
  const at = given.indexOf('@');
  const name = at < 0 ? given : given.slice(0, at);
  const role = roleNames.find((each) => each === name);
  if (role === undefined) {
    const all = roleNames.join(', ');
    throw new UsageError(text(`No role "${name}"; roles: ${all}`, `没有角色“${name}”；可用角色：${all}`));
  }
  return { role, project: at < 0 ? null : given.slice(at + 1) };
}

const projectColumns: readonly Column<Project>[] = [
  { title: text('NAME', '名称'), cell: ({ name }) => name },
  { title: text('DESCRIPTION', '说明'), cell: ({ description }) => orNone(description) },
  { title: text('CREATED', '创建时间'), cell: ({ createdAt }, language) => ago(createdAt, language) },
];

export function registerProject(group: Group): void {
  group.list('project.list', projectColumns);
  group
    .verb<{ name: string; description?: string }>('create', 'Make a project', async (session, _, options) => {
      const body = { name: options.name, ...defined({ description: options.description }) };
      await session.printOne(await session.engine.client.call('project.create', { body }, session.signal));
    })
    .requiredOption('--name <name>', 'how it is called')
    .option('--description <text>');
  group.delete('project.delete');
}

const tokenColumns: readonly Column<ApiToken>[] = [
  { title: text('ID', 'ID'), cell: ({ id }) => id },
  { title: text('NAME', '名称'), cell: ({ name }) => name },
  { title: text('CREATED', '创建时间'), cell: ({ createdAt }, language) => ago(createdAt, language) },
  { title: text('USED', '最近使用'), cell: ({ lastUsedAt }, language) => ago(lastUsedAt, language) },
  { title: text('EXPIRES', '过期时间'), cell: ({ expiresAt }) => orNone(expiresAt) },
];

const millisecondsPerDay = 24 * 60 * 60 * 1000;

export function registerToken(group: Group): void {
  group.list('token.list', tokenColumns);
  group
    .verb<{ name: string; days?: number }>(
      'create',
      'Make an API token; it is shown once',
      async (session, _, options) => {
        const expiresAt =
          options.days === undefined
            ? undefined
            : new Date(Date.now() + options.days * millisecondsPerDay).toISOString();
        const body = { name: options.name, ...defined({ expiresAt }) };
        await session.printOne(await session.engine.client.call('token.create', { body }, session.signal));
      },
    )
    .requiredOption('--name <name>', 'what it is for')
    .option('--days <count>', 'how long it lives; default: for ever', wholeNumber);
  group.delete('token.delete', { usage: 'delete <id>' });
}

const auditColumns: readonly Column<AuditEntry>[] = [
  { title: text('WHEN', '时间'), cell: ({ at }, language) => ago(at, language) },
  { title: text('WHO', '操作人'), cell: ({ actor, via }) => `${actor} (${via})` },
  { title: text('WHAT', '操作'), cell: ({ action }) => action },
  { title: text('ON', '对象'), cell: ({ resourceName }) => orNone(resourceName) },
  { title: text('OUTCOME', '结果'), cell: ({ outcome }) => outcome },
  { title: text('CODE', '代码'), cell: ({ code }) => orNone(code) },
];

export function registerAudit(group: Group): void {
  group
    .list<AuditEntry, { limit?: number; before?: number }>('audit.list', auditColumns, {
      query: ({ limit, before }) => defined({ limit, before }),
    })
    .option('--limit <count>', 'at most so many', wholeNumber)
    .option('--before <id>', 'only entries older than this one', wholeNumber);
}
