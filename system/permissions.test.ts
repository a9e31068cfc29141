import { execFile, execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  type Event,
  type Operation,
  type Role,
  type Route,
  type RouteName,
  roleNames,
  roles,
  routePath,
  routes,
  siteWide,
  type Volume,
} from '@domus/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EventReader } from './fixture/event-stream.ts';
import { Site } from './fixture/site.ts';
import { type Answer, cookieOf, expectRefusal, handshake, setupToken, visit } from './fixture/visitor.ts';

const folder = mkdtempSync(join(tmpdir(), 'domus-roles-'));
/** Everything that must never be written down: passwords, tokens, tickets, cookies. */
const secrets = new Set<string>();
const secret = (text: string): string => {
  secrets.add(text);
  return text;
};
/** What the audit must say, one line for each change that was asked for. */
const asked: string[] = [];
/** Command lines of every program that was seen to run. */
const commandLines = new Set<string>();
let watch: NodeJS.Timeout;
let site: Site;

interface Parts {
  params?: Record<string, unknown>;
  query?: Record<string, unknown>;
  body?: unknown;
}
/** Somebody with a session; `nobody` has none. */
class Person {
  readonly name: string;
  cookie = '';
  constructor(name: string) {
    this.name = name;
  }

  async call(route: RouteName, parts: Parts = {}): Promise<Answer> {
    const { method, upload } = routes[route] as Route;
    const headers: Record<string, string> = upload ? { 'content-type': 'application/octet-stream' } : {};
    if (this.cookie !== '') headers['cookie'] = this.cookie;
    const answer = await visit(site, method, routePath(route, parts), { headers, body: parts.body });
    if (method !== 'GET') {
      const code = answer.status < 400 ? null : (JSON.parse(answer.text) as { code: string }).code;
      const actor = this.cookie === '' ? 'nobody' : this.name;
      asked.push(line({ actor, action: route, outcome: code === null ? 'accepted' : 'refused', code }));
    }
    return answer;
  }
  /** The answer's body, which must be a success. */
  async ok<T>(route: RouteName, parts: Parts = {}): Promise<T> {
    const answer = await this.call(route, parts);
    expect(answer.status, `${this.name} ${route}: ${answer.text}`).toBeLessThan(300);
    return (answer.text === '' ? undefined : JSON.parse(answer.text)) as T;
  }
  /** The same for what starts an operation, after its end. */
  async done(route: RouteName, parts: Parts = {}): Promise<Operation> {
    const { id } = await this.ok<Operation>(route, parts);
    const operation = await site.ended(id);
    expect(operation, JSON.stringify(operation.error)).toMatchObject({ state: 'succeeded' });
    return operation;
  }
  async signIn(): Promise<void> {
    const answer = await this.call('session.create', { body: { name: this.name, password: passwordOf(this.name) } });
    expect(answer.status, answer.text).toBe(201);
    this.cookie = secretCookie(answer);
  }
}
const line = (entry: { actor: string; action: string; outcome: string; code: string | null }): string =>
  `${entry.actor} ${entry.action} ${entry.outcome} ${entry.code}`;
const passwordOf = (name: string): string => secret(`the secret words of ${name}`);
const secretCookie = (answer: Answer): string => {
  const cookie = cookieOf(answer);
  secret(decodeURIComponent(cookie.split('=')[1] ?? ''));
  return cookie;
};

const nobody = new Person('nobody');
const admin = new Person('admin');
/** One of each role, everywhere and in the project alpha alone; one of beta, one of both, one without any role. */
const held: { person: Person; grants: { role: Role; project: string | null }[] }[] = [
  ...roleNames.map((role) => ({ person: new Person(`site-${role}`), grants: [{ role, project: null }] })),
  ...roleNames.map((role) => ({ person: new Person(`alpha-${role}`), grants: [{ role, project: 'alpha' }] })),
  { person: new Person('beta-user'), grants: [{ role: 'user', project: 'beta' }] },
  {
    person: new Person('both'),
    grants: [
      { role: 'viewer', project: 'alpha' },
      { role: 'user', project: 'beta' },
    ],
  },
  { person: new Person('guest'), grants: [] },
];
const person = (name: string): Person => {
  const found = held.find((each) => each.person.name === name)?.person;
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
};
const names = (list: { items: { name: string }[] }): string[] => list.items.map(({ name }) => name).sort();

beforeAll(async () => {
  watch = setInterval(readCommandLines, 100);
  site = await Site.start();
  secret(setupToken(site));
  const body = { token: setupToken(site), password: passwordOf('admin') };
  const answer = await nobody.call('setup.complete', { body });
  expect(answer.status, answer.text).toBe(201);
  admin.cookie = secretCookie(answer);
  for (const name of ['alpha', 'beta']) await admin.ok('project.create', { body: { name } });
  for (const { person, grants } of held) {
    const { name } = person;
    await admin.ok('user.create', { body: { name, password: passwordOf(name), roles: grants } });
    await person.signIn();
  }

  execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', join(folder, 'disk.qcow2'), '1G']);
  const upload = { query: { name: 'disk' }, body: readFileSync(join(folder, 'disk.qcow2')) };
  await admin.ok('image.upload', upload);
  await admin.ok('flavor.create', { body: { name: 'micro', vcpus: 1, memoryMiB: 64, diskGiB: 1 } });
  const guestUser = { name: 'me', password: secret('the words of a guest') };
  const vm = { flavor: 'micro', image: 'disk' };
  await person('alpha-user').done('vm.create', { body: { ...vm, name: 'mine', project: 'alpha', guestUser } });
  await person('beta-user').done('vm.create', { body: { ...vm, name: 'theirs', project: 'beta', start: false } });
  for (const [who, project] of [
    ['alpha-user', 'alpha'],
    ['beta-user', 'beta'],
  ] as const)
    for (const name of [`disk-${project}`, 'same-name'])
      await person(who).done('volume.create', { body: { name, sizeGiB: 1, project } });
});
afterAll(async () => {
  clearInterval(watch);
  await site?.remove();
  rmSync(folder, { recursive: true, force: true });
});

function readCommandLines(): void {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      commandLines.add(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
    } catch {
      // it ended while we looked
    }
  }
}

/** May they ask at all? Written down here once more, from the roles alone. */
const mayAsk = (grants: readonly { role: Role; project: string | null }[], permission: string): boolean =>
  grants.some(
    ({ role, project }) =>
      (roles[role] as readonly string[]).includes(permission) &&
      (project === null || !(siteWide as ReadonlySet<string>).has(permission)),
  );

describe('every route', () => {
  const all = (Object.keys(routes) as RouteName[]).filter((name) => routes[name].permission !== 'public');
  /** Good enough to be let in, and not good enough to do anything. */
  const empty = (name: RouteName): Parts => {
    const { params, body } = routes[name] as Route;
    return {
      ...(params === undefined ? {} : { params: { id: randomUUID() } }),
      ...(body === undefined ? {} : { body: {} }),
    };
  };

  it.each(all)('%s is closed to who is not signed in', async (name) => {
    expectRefusal(await nobody.call(name, empty(name)), 401, 'NOT_SIGNED_IN');
  });

  const guarded = all.filter((name) => routes[name].permission !== null && name !== 'event.stream');
  it.each(guarded)('%s asks for its permission', async (name) => {
    const permission = routes[name].permission as string;
    for (const { person, grants } of held) {
      const answer = await person.call(name, empty(name));
      if (mayAsk(grants, permission))
        expect([400, 404, 200], `${person.name}: ${answer.text}`).toContain(answer.status);
      else expect(expectRefusal(answer, 403, 'FORBIDDEN').parameters).toEqual({ permission });
    }
  });

  it('a viewer changes nothing anywhere', () => {
    const changing = guarded.filter((name) => (routes[name] as Route).method !== 'GET');
    expect(changing.length).toBeGreaterThan(20);
    for (const name of changing) expect(roles.viewer).not.toContain(routes[name].permission);
  });
});

describe("someone else's", () => {
  const acts = (Object.keys(routes) as RouteName[]).filter((name) => /^\/(vms|volumes)\/:id/.test(routes[name].path));
  const bodies: Partial<Record<RouteName, unknown>> = {
    'vm.exec': { command: ['true'] },
    'vm.console': { kind: 'spice' },
    'volume.attach': { vm: 'theirs' },
  };

  it.each(acts)('%s: it is not there', async (name) => {
    const [kind, thing] = name.startsWith('vm.') ? ['VM', 'mine'] : ['volume', 'disk-alpha'];
    const list = await admin.ok<{ items: { id: string; name: string }[] }>(kind === 'VM' ? 'vm.list' : 'volume.list');
    const id = list.items.find((each) => each.name === thing)?.id ?? '';
    for (const by of [thing, id]) {
      const body = bodies[name];
      const answer = await person('beta-user').call(name, { params: { id: by }, ...(body ? { body } : {}) });
      expect(expectRefusal(answer, 404, 'NOT_FOUND').title).toBe(`There is no ${kind} "${by}"`);
    }
  });

  it('what one sees but may not touch is refused', async () => {
    const both = person('both');
    const alpha = { params: { id: 'mine' } };
    expect(await both.call('vm.show', alpha)).toMatchObject({ status: 200 });
    expectRefusal(await both.call('vm.force-off', alpha), 403, 'FORBIDDEN');
    expectRefusal(await both.call('vm.delete', alpha), 403, 'FORBIDDEN');
    expectRefusal(await both.call('vm.console', { ...alpha, body: { kind: 'spice' } }), 403, 'FORBIDDEN');
    expectRefusal(await both.call('vm.exec', { ...alpha, body: { command: ['true'] } }), 403, 'FORBIDDEN');
    const attach = { params: { id: 'disk-beta' }, body: { vm: 'mine' } };
    expectRefusal(await both.call('volume.attach', attach), 403, 'FORBIDDEN');
    const create = { body: { name: 'x', sizeGiB: 1, project: 'alpha' } };
    expectRefusal(await both.call('volume.create', create), 403, 'FORBIDDEN');
  });

  it('lists hold only what one may see', async () => {
    const seen = async (who: string, route: RouteName) => names(await person(who).ok(route));
    expect(await seen('site-viewer', 'vm.list')).toEqual(['mine', 'theirs']);
    expect(await seen('alpha-viewer', 'vm.list')).toEqual(['mine']);
    expect(await seen('beta-user', 'vm.list')).toEqual(['theirs']);
    expect(await seen('beta-user', 'volume.list')).toEqual(['disk-beta', 'same-name', 'theirs-root', 'theirs-seed']);
    expect(await seen('alpha-administrator', 'project.list')).toEqual(['alpha']);
    expect(await seen('both', 'project.list')).toEqual(['alpha', 'beta']);
    const { items } = await person('beta-user').ok<{ items: Operation[] }>('operation.list');
    const theirs = await admin.ok<{ items: Operation[] }>('operation.list');
    const beta = theirs.items.find(({ resource }) => resource.name === 'theirs')?.projectId;
    expect(items.map(({ projectId }) => projectId).filter((id) => id !== null && id !== beta)).toEqual([]);
    expect(items.map(({ resource }) => resource.name)).toContain('theirs');
  });

  it('a name that others use, too, means one’s own', async () => {
    const volume = await person('beta-user').ok<Volume>('volume.show', { params: { id: 'same-name' } });
    expect(volume.projectId).toBe(
      (await person('beta-user').ok<Volume>('volume.show', { params: { id: 'disk-beta' } })).projectId,
    );
    expectRefusal(await admin.call('volume.show', { params: { id: 'same-name' } }), 409, 'AMBIGUOUS_NAME');
  });

  it('an operation is not there, and cannot be cancelled', async () => {
    const { items } = await admin.ok<{ items: Operation[] }>('operation.list');
    const id = items.find(({ resource }) => resource.name === 'mine')?.id;
    for (const route of ['operation.show', 'operation.cancel'] as const)
      expectRefusal(await person('beta-user').call(route, { params: { id } }), 404, 'NOT_FOUND');
    expectRefusal(await person('alpha-viewer').call('operation.cancel', { params: { id } }), 403, 'FORBIDDEN');
  });

  it('a project that one does not see cannot be told from one that there is not', async () => {
    const beta = person('beta-user');
    for (const project of ['alpha', 'nowhere']) {
      const vm = { name: 'x', flavor: 'micro', image: 'disk', project };
      expectRefusal(await beta.call('vm.create', { body: vm }), 404, 'NOT_FOUND', 'project');
      const volume = { name: 'x', sizeGiB: 1, project };
      expectRefusal(await beta.call('volume.create', { body: volume }), 404, 'NOT_FOUND', 'project');
      expectRefusal(await beta.call('volume.list', { query: { project } }), 404, 'NOT_FOUND', 'project');
    }
  });
});

describe('accounts', () => {
  it('one that is disabled, or has a new password, ends everywhere', async () => {
    const user = person('site-user');
    const { token } = await user.ok<{ token: string }>('token.create', { body: { name: 'script' } });
    const headers = { authorization: `Bearer ${secret(token)}` };
    const byToken = () => visit(site, 'GET', '/api/v1/vms', { headers });
    expect(await byToken()).toMatchObject({ status: 200 });
    const password = secret('another set of secret words');
    await admin.ok('user.update', { params: { id: 'site-user' }, body: { password } });
    expectRefusal(await byToken(), 401, 'NOT_SIGNED_IN');
    expectRefusal(await visit(site, 'GET', '/api/v1/vms', { headers: { cookie: user.cookie } }), 401, 'NOT_SIGNED_IN');
    await admin.ok('user.update', { params: { id: 'site-operator' }, body: { enabled: false } });
    const { cookie } = person('site-operator');
    expectRefusal(await visit(site, 'GET', '/api/v1/vms', { headers: { cookie } }), 401, 'NOT_SIGNED_IN');
    const again = { name: 'site-operator', password: passwordOf('site-operator') };
    expectRefusal(await nobody.call('session.create', { body: again }), 401, 'WRONG_CREDENTIALS');
  });
  it('a role that is taken away counts at once', async () => {
    await admin.ok('user.update', { params: { id: 'alpha-operator' }, body: { roles: [] } });
    expectRefusal(await person('alpha-operator').call('vm.start', { params: { id: 'mine' } }), 403, 'FORBIDDEN');
  });
});

describe('events', () => {
  const open = (who: Person, after?: string) => EventReader.open(site, { cookie: who.cookie }, after);
  const plain = (events: readonly Event[]) => events.map(({ id, kind, type, name }) => `${id} ${kind} ${type} ${name}`);

  it('are shown to those who may see the thing, and resume with exactly what was missed', async () => {
    const projects = await admin.ok<{ items: { id: string; name: string }[] }>('project.list');
    const alpha = projects.items.find(({ name }) => name === 'alpha')?.id;
    const [all, some] = await Promise.all([open(admin), open(person('alpha-viewer'))]);
    await admin.ok('project.create', { body: { name: 'gamma' } });
    await admin.ok('user.update', { params: { id: 'guest' }, body: { displayName: 'Guest' } });
    await admin.ok('flavor.create', { body: { name: 'nano', vcpus: 1, memoryMiB: 32, diskGiB: 1 } });
    await person('beta-user').done('volume.delete', { params: { id: 'disk-beta' } });
    await person('alpha-user').done('volume.delete', { params: { id: 'disk-alpha' } });
    const last = (reader: EventReader) => () =>
      reader.events.some(({ kind, type, name }) => kind === 'volume' && type === 'deleted' && name === 'disk-alpha');
    await Promise.all([all.until(last(all)), some.until(last(some))]);

    const theirs = (event: Event) => event.kind !== 'user' && (event.projectId === null || event.projectId === alpha);
    const end = all.events.find(({ name, type }) => name === 'disk-alpha' && type === 'deleted')?.id ?? 0;
    const upTo = (events: readonly Event[]) => events.filter(({ id }) => id <= end);
    expect(plain(upTo(some.events))).toEqual(plain(upTo(all.events).filter(theirs)));
    expect(new Set(all.events.map(({ name }) => name))).toEqual(expect.objectContaining(new Set(['gamma'])));
    expect(some.events.map(({ name }) => name)).not.toContain('gamma');
    expect(some.events.map(({ name }) => name)).toContain('nano');

    const cut = upTo(all.events)[3]?.id ?? 0;
    const resumed = await open(person('alpha-viewer'), String(cut));
    await resumed.until(last(resumed));
    expect(plain(upTo(resumed.events))).toEqual(plain(upTo(some.events).filter(({ id }) => id > cut)));
    expect(resumed.resets).toBe(0);
    for (const reader of [all, some, resumed]) reader.close();
  });

  it.each(['nonsense', '', '-1', '1.5', '999999999999', '9'.repeat(40)])(
    'after "%s", which was never said, everything must be read again',
    async (after) => {
      const reader = await open(person('alpha-viewer'), after);
      await reader.until(() => reader.resets === 1);
      // nothing of the past comes, but what still goes on may
      expect(reader.events.map(({ kind }) => kind)).not.toContain('flavor');
      const name = `f${asked.length}`;
      await admin.ok('flavor.create', { body: { name, vcpus: 1, memoryMiB: 32, diskGiB: 1 } });
      await reader.until(() => reader.events.some((event) => event.kind === 'flavor' && event.name === name));
      expect(reader.resets).toBe(1);
      reader.close();
    },
  );

  it('are refused to who has no role', async () => {
    expectRefusal(await person('guest').call('event.stream'), 403, 'FORBIDDEN');
  });
});

describe('afterwards', () => {
  it('the audit has every change that was asked for, with its outcome', async () => {
    const entries: string[] = [];
    for (let before: number | undefined; ; ) {
      const query = { limit: 1000, ...(before === undefined ? {} : { before }) };
      const { items } = await admin.ok<{ items: (Parameters<typeof line>[0] & { id: number })[] }>('audit.list', {
        query,
      });
      if (items.length === 0) break;
      entries.push(...items.map(line));
      before = items.at(-1)?.id;
    }
    expect(asked.length).toBeGreaterThan(200);
    expect(entries.reverse()).toEqual(asked);
  });

  it('no secret is in the logs, the database, or any command line', async () => {
    const { ticket } = await person('alpha-user').ok<{ ticket: string }>('vm.console', {
      params: { id: 'mine' },
      body: { kind: 'spice' },
    });
    const opened = await visit(site, 'GET', '/console/spice', { headers: handshake(secret(ticket)) });
    expect(opened.status).toBe(101);
    const { stdout: database } = await promisify(execFile)(
      'pg_dump',
      ['--data-only', '--inserts', '--host', join(site.dataDir, 'postgres/run'), '--username', 'domus', 'postgres'],
      { maxBuffer: 64 << 20 },
    );
    expect(database).toContain('audit_entries');
    readCommandLines();
    const folder = join(site.dataDir, 'log');
    const logs = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
    expect(logs.join('')).not.toBe('');
    const places = { database, logs: logs.join('\n'), commandLines: [...commandLines].join('\n') };
    expect(secrets.size).toBeGreaterThan(20);
    for (const [place, text] of Object.entries(places))
      for (const each of secrets) {
        expect(each.length).toBeGreaterThan(10);
        expect(text.includes(each), `${each} is in the ${place}`).toBe(false);
      }
  });
});
