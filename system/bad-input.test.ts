import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConsoleTicket, Image, Operation } from '@domus/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cases, newVm, PASSWORD } from './bad-input.cases.ts';
import { type Ran, Site } from './fixture/site.ts';
import {
  type Answer,
  cookieOf,
  expectRefusal,
  handshake,
  rawAnswer,
  type Sent,
  setupToken,
  visit,
} from './fixture/visitor.ts';

const folder = mkdtempSync(join(tmpdir(), 'domus-bad-'));
let site: Site;
/** The administrator's session cookie and API token. */
let cookie = '';
let token = '';
/** Issued first, so that it is over at the end. */
let aged: ConsoleTicket;
let agedToken: { token: string; expiresAt: string | null };
let finished: Operation;
let picture: unknown;

const ask = (method: string, path: string, sent: Sent = {}): Promise<Answer> =>
  visit(site, method, `/api/v1${path}`, {
    ...sent,
    headers: { authorization: `Bearer ${token}`, ...sent.headers },
  });
const upload = (name: string, file: string): Promise<Answer> =>
  ask('POST', `/images/upload?name=${name}`, {
    headers: { 'content-type': 'application/octet-stream' },
    body: readFileSync(file),
  });
const file = (name: string): string => join(folder, name);
const qemuImg = (...args: string[]): void => void execFileSync('qemu-img', args, { stdio: 'pipe' });
const done = async (begun: Promise<Operation>): Promise<Operation> => {
  const operation = await site.ended((await begun).id);
  expect(operation, JSON.stringify(operation.error)).toMatchObject({ state: 'succeeded' });
  return operation;
};

/** Everything that a refused request must leave as it was. */
async function everything(): Promise<unknown> {
  const { api } = site;
  const named = ({ items }: { items: { id: string; name: string; state?: string }[] }) =>
    items.map(({ id, name, state }) => [id, name, state]);
  return {
    vms: named(await api.call('vm.list')),
    volumes: named(await api.call('volume.list')),
    images: named(await api.call('image.list')),
    networks: named(await api.call('network.list')),
    flavors: named(await api.call('flavor.list')),
    users: named(await api.call('user.list')),
    projects: named(await api.call('project.list')),
    operations: (await api.call('operation.list', { query: { limit: 1000 } })).items.map(({ id, state }) => [
      id,
      state,
    ]),
    poolFiles: site.poolFiles(),
    imageFiles: readdirSync(join(site.dataDir, 'images')),
    domains: await site.virsh('list', '--all', '--name', '--uuid'),
  };
}
const nothingChanged = async (): Promise<void> => expect(await everything()).toEqual(picture);

/** The machine's owner has made accounts already; the set-up link stays good until it has made an administrator. */
async function beforeTheFirstAdministrator(): Promise<void> {
  const { api } = site;
  await api.call('user.create', { body: { name: 'early', password: PASSWORD } });
  const body = { token: setupToken(site), name: 'early', password: PASSWORD };
  expectRefusal(await visit(site, 'POST', '/api/v1/setup', { body }), 409, 'NAME_TAKEN', 'name');
  await api.call('user.update', { params: { id: 'early' }, body: { displayName: 'Early' } });
  await api.call('user.delete', { params: { id: 'early' } });
}

beforeAll(async () => {
  site = await Site.start();
  await beforeTheFirstAdministrator();
  cookie = cookieOf(
    await visit(site, 'POST', '/api/v1/setup', { body: { token: setupToken(site), password: PASSWORD } }),
  );
  const made = await visit(site, 'POST', '/api/v1/tokens', { headers: { cookie }, body: { name: 'test' } });
  token = (JSON.parse(made.text) as { token: string }).token;
  const { api } = site;

  qemuImg('create', '-f', 'qcow2', file('disk.qcow2'), '2G');
  writeFileSync(file('readme'), 'an installation medium');
  execFileSync('xorriso', ['-as', 'mkisofs', '-quiet', '-o', file('medium.iso'), file('readme')], { stdio: 'pipe' });
  for (const [name, from] of [
    ['disk', 'disk.qcow2'],
    ['medium', 'medium.iso'],
  ] as const)
    expect(await upload(name, file(from))).toMatchObject({ status: 201 });
  for (const [name, memoryMiB] of [
    ['micro', 64],
    ['vast', 16 * 1024 * 1024],
  ] as const)
    await api.call('flavor.create', { body: { name, vcpus: 1, memoryMiB, diskGiB: 1 } });
  await api.call('project.create', { body: { name: 'other' } });
  await done(api.call('network.create', { body: { name: 'lan', mode: 'isolated', cidr: '10.77.0.0/24' } }));
  const vm = { flavor: 'micro', image: 'disk' };
  finished = await done(api.call('vm.create', { body: { ...vm, name: 'running' } }));
  aged = await api.call('vm.console', { params: { id: 'running' }, body: { kind: 'spice' } });
  const expiresAt = new Date(Date.now() + 20_000).toISOString();
  agedToken = JSON.parse((await ask('POST', '/tokens', { body: { name: 'short-lived', expiresAt } })).text);
  await Promise.all([
    done(api.call('vm.create', { body: { ...vm, name: 'stopped', network: 'lan', start: false } })),
    done(api.call('vm.create', { body: { ...vm, name: 'twin', start: false } })),
    done(api.call('vm.create', { body: { ...vm, name: 'twin', project: 'other', start: false } })),
    done(api.call('volume.create', { body: { name: 'data', sizeGiB: 1 } })),
  ]);
  picture = await everything();
});
afterAll(async () => {
  await site?.remove();
  rmSync(folder, { recursive: true, force: true });
});

describe('over REST', () => {
  it.each([...cases])('%s', async (_, method, path, sent, status, code, field) => {
    const problem = expectRefusal(await ask(method, path, sent), status, code, field);
    expect(problem.title).not.toMatch(/\{\w+\}/);
    await nothingChanged();
  });

  it('KVM where there is none', async (context) => {
    const [host] = (await site.api.call('host.list')).items;
    if (host?.cpu?.virtualisation.accelerator === 'kvm') context.skip('this machine has KVM');
    const answer = await ask('POST', '/vms', { body: { ...newVm, accelerator: 'kvm' } });
    expectRefusal(answer, 422, 'KVM_MISSING', 'accelerator');
    await nothingChanged();
  });

  it('bytes that are no HTTP, over TCP and over the Unix socket', async () => {
    const { hostname, port } = new URL(site.url);
    for (const where of [{ host: hostname, port: Number(port) }, { path: join(site.dataDir, 'run/api.sock') }]) {
      for (const [bytes, status, code] of [
        ['\x16\x03\x01\x02\0', 400, 'MALFORMED_REQUEST'],
        [`GET / HTTP/1.1\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, 431, 'HEADERS_TOO_LARGE'],
      ] as const)
        expectRefusal(await rawAnswer(where, bytes), status, code);
    }
  });

  it('what is refused before it is read is in the audit, too', async () => {
    const kept = async (code: string) =>
      (await site.api.call('audit.list', { query: { limit: 1000 } })).items.find((entry) => entry.code === code);
    for (const code of ['MALFORMED_BODY', 'UNSUPPORTED_MEDIA_TYPE', 'BODY_TOO_LARGE', 'INVALID_INPUT'])
      expect(await kept(code), code).toMatchObject({ outcome: 'refused', actor: 'admin', via: 'token' });
  });

  it('an operation that is over cannot be cancelled', async () => {
    expectRefusal(await ask('POST', `/operations/${finished.id}/cancel`), 409, 'NOT_CANCELLABLE');
    await nothingChanged();
  });

  it.each([
    ['/vms/nowhere', '找不到虚拟机“nowhere”'],
    ['/nothing', 'GET /api/v1/nothing 不存在'],
    ['/operations/7', '字段“id”无效：无效UUID'],
    ['/vms/twin', '有多个名为“twin”的虚拟机'],
  ])('%s in Chinese', async (path, text) => {
    const { status, text: chinese } = await ask('GET', path, { headers: { 'accept-language': 'zh-CN,zh;q=0.9' } });
    expect(status).toBeGreaterThanOrEqual(400);
    expect((JSON.parse(chinese) as { title: string }).title).toContain(text);
  });
});

describe('uploads', () => {
  const refused = async (name: string, code = 'IMAGE_REFUSED'): Promise<string> => {
    const { title } = expectRefusal(await upload('hostile', file(name)), 422, code);
    await nothingChanged();
    return title;
  };
  it.each([
    ['a file of the host', '/etc/passwd'],
    ['a driver of its own', 'json:{"driver":"file","filename":"/etc/passwd"}'],
    ['a server', 'nbd://127.0.0.1:10809/x'],
  ])('a QCOW2 whose backing file is %s', async (_, backing) => {
    qemuImg('create', '-u', '-f', 'qcow2', '-F', 'raw', '-b', backing, file('hostile.qcow2'), '1M');
    expect(await refused('hostile.qcow2')).toContain('another');
  });
  it('a QCOW2 whose data lies in another file', async () => {
    qemuImg('create', '-f', 'qcow2', '-o', `data_file=${file('data')},data_file_raw=on`, file('split.qcow2'), '1M');
    await refused('split.qcow2');
  });
  it('a VMDK', async () => {
    qemuImg('create', '-f', 'vmdk', file('disk.vmdk'), '1M');
    await refused('disk.vmdk');
  });
  it('a QCOW2 cut in its header, in its tables and in its data', async () => {
    writeFileSync(file('noise'), randomBytes(4 << 20));
    for (const bytes of [60, 1000, 100_000, 3 << 20]) {
      qemuImg('convert', '-f', 'raw', '-O', 'qcow2', file('noise'), file('cut.qcow2'));
      truncateSync(file('cut.qcow2'), bytes);
      await refused('cut.qcow2');
    }
  });
  it('nothing at all', async () => {
    writeFileSync(file('nothing'), '');
    await refused('nothing');
  });
  it('a name that is taken', async () => {
    expectRefusal(await upload('disk', file('disk.qcow2')), 409, 'NAME_TAKEN', 'name');
    await nothingChanged();
  });
  it('one that is broken off leaves nothing', async () => {
    const { hostname, port } = new URL(site.url);
    const outgoing = request({
      hostname,
      port,
      method: 'POST',
      path: '/api/v1/images/upload?name=half',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/octet-stream',
        'content-length': 64 << 20,
      },
    });
    outgoing.on('error', () => undefined); // we break it off ourselves
    outgoing.write(Buffer.alloc(1 << 20));
    const half = async (): Promise<Image | undefined> =>
      (await site.api.call('image.list')).items.find(({ name }) => name === 'half');
    await site.until(async () => ((await half())?.state === 'creating' ? true : null));
    outgoing.destroy();
    await site.until(async () => ((await half()) === undefined ? true : null));
    await nothingChanged();
    const told = await site.until(async () => {
      const { items } = await site.api.call('audit.list');
      return items.find(({ resourceName }) => resourceName === 'half') ?? null;
    });
    expect(told).toMatchObject({ action: 'image.upload', outcome: 'refused', code: 'CANCELLED' });
  });
});

describe('strangers', () => {
  it('a page of another site has no use of the cookie', async () => {
    const headers = { cookie, origin: 'http://evil.example' };
    const body = { name: 'fresh', vcpus: 1, memoryMiB: 64, diskGiB: 1 };
    expectRefusal(await visit(site, 'POST', '/api/v1/flavors', { headers, body }), 403, 'ORIGIN_REFUSED');
    expectRefusal(await visit(site, 'DELETE', '/api/v1/vms/stopped', { headers }), 403, 'ORIGIN_REFUSED');
    await nothingChanged();
  });
  it('a name that was bent to this address is not served', async () => {
    const headers = { cookie, host: 'evil.example' };
    for (const path of ['/api/v1/vms', '/', '/api/docs'])
      expectRefusal(await visit(site, 'GET', path, { headers }), 421, 'HOST_REFUSED');
  });
  it('a set-up link works once', async () => {
    const body = { token: setupToken(site), name: 'second', password: PASSWORD };
    expectRefusal(await visit(site, 'POST', '/api/v1/setup', { body }), 403, 'SETUP_LINK_INVALID');
    await nothingChanged();
  });
  it('a revoked token and one that never was are nobody', async () => {
    const made = JSON.parse((await ask('POST', '/tokens', { body: { name: 'short' } })).text) as {
      id: string;
      token: string;
    };
    const headers = { authorization: `Bearer ${made.token}` };
    expect(await ask('GET', '/vms', { headers })).toMatchObject({ status: 200 });
    expect(await ask('DELETE', `/tokens/${made.id}`)).toMatchObject({ status: 204 });
    for (const authorization of [headers.authorization, 'Bearer domus_x', 'Bearer', 'Basic YTpi'])
      expectRefusal(await ask('POST', '/vms', { headers: { authorization }, body: newVm }), 401, 'NOT_SIGNED_IN');
    await nothingChanged();
  });
  it('guesses are slowed down, also when they come all at once', async () => {
    const guess = (name: string) => visit(site, 'POST', '/api/v1/session', { body: { name, password: 'a guess' } });
    const answers: Answer[] = [];
    await site.until(async () => {
      answers.push(await guess('admin'));
      return answers.at(-1)?.status === 429 ? true : null;
    });
    const problem = expectRefusal(answers.at(-1)!, 429, 'TOO_MANY_REQUESTS');
    expect(Number(answers.at(-1)!.headers['retry-after'])).toBe(problem.parameters['seconds']);
    expect(answers.slice(0, 5).map(({ status }) => status)).toEqual(Array(5).fill(401));
    const flood = await Promise.all(Array.from({ length: 20 }, () => guess('second')));
    expect(flood.filter(({ status }) => status === 401).length).toBeLessThan(10);
    const current = () =>
      visit(site, 'POST', '/api/v1/session/password', {
        headers: { cookie },
        body: { current: 'a guess', password: PASSWORD },
      });
    const changes = await Promise.all(Array.from({ length: 20 }, current));
    expect(changes.filter(({ status }) => status === 401).length).toBeLessThan(10);
    await nothingChanged();
  });
  it.each([
    '/%00',
    '/%zz',
    '/..%2f..%2f..%2f..%2fetc%2fpasswd',
    '/assets/../../../../../etc/passwd',
    '/%2e%2e/%2e%2e/%2e%2e/package.json',
    '/assets/..%5c..%5cpackage.json',
    '//etc/passwd.txt',
    '/.git/config.x',
  ])('no file is served from outside the console: %s', async (path) => {
    const answer = await visit(site, 'GET', path);
    if (answer.status === 200) expect(answer.text).toContain('<!doctype html>');
    else expectRefusal(answer, 404, 'ROUTE_NOT_FOUND');
  });
});

describe('console tickets', () => {
  const open = (ticket: string, kind = 'spice', headers: Record<string, string> = {}): Promise<Answer> =>
    visit(site, 'GET', `/console/${kind}`, { headers: { ...handshake(ticket), ...headers } });
  const issue = async (kind: 'spice' | 'vnc' | 'serial'): Promise<string> =>
    (await site.api.call('vm.console', { params: { id: 'running' }, body: { kind } })).ticket;

  it('one opens one console, once', async () => {
    const ticket = await issue('spice');
    expect(await open(ticket)).toMatchObject({ status: 101 });
    expectRefusal(await open(ticket), 403, 'TICKET_INVALID');
  });
  it('made up, without one, or of another kind', async () => {
    expectRefusal(await open('forged'), 403, 'TICKET_INVALID');
    expectRefusal(await open('x', 'spice', { 'sec-websocket-protocol': 'binary' }), 403, 'TICKET_INVALID');
    expectRefusal(await open('x', 'telnet'), 404, 'ROUTE_NOT_FOUND');
    const serial = await issue('serial');
    expectRefusal(await open(serial, 'spice'), 403, 'TICKET_INVALID');
    expectRefusal(await open(serial, 'serial'), 403, 'TICKET_INVALID'); // the wrong try used it up
  });
  it('a page of another site cannot use one, in the language of its reader', async () => {
    const headers = { origin: 'http://evil.example', 'accept-language': 'zh-CN' };
    const { title } = expectRefusal(await open(await issue('spice'), 'spice', headers), 403, 'ORIGIN_REFUSED');
    expect(title).toContain('请求来自其他站点');
  });
});

describe('adopted guests', () => {
  const odd = `<domain type='qemu' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
    <name>Ödd &lt;guest&gt; &amp; 'sons'</name>
    <title>&quot;&#x202e;title&quot;</title>
    <metadata>
      <a:thing xmlns:a='urn:foreign' a:size='1'><a:deep><![CDATA[<no & markup>]]></a:deep></a:thing>
      <b:vm xmlns:b='http://ovirt.org/vm/1.0'><b:id>7</b:id></b:vm>
    </metadata>
    <memory unit='KB'>66000</memory><vcpu placement='static' current='1'>3</vcpu>
    <os><type arch='x86_64' machine='pc'>hvm</type><smbios mode='host'/></os>
    <features><acpi/><apic/><hyperv mode='custom'><relaxed state='on'/></hyperv></features>
    <clock offset='variable' adjustment='17' basis='utc'/>
    <on_crash>coredump-destroy</on_crash>
    <devices>
      <disk type='network' device='disk'><source protocol='nbd' name='x'><host name='127.0.0.1' port='1'/></source><target dev='sdz' bus='scsi'/></disk>
      <disk type='file' device='floppy'><target dev='fda' bus='fdc'/></disk>
      <disk type='volume' device='cdrom'><source pool='gone' volume='gone'/><target dev='hdc' bus='ide'/></disk>
      <interface type='user'><mac address='52:54:00:00:00:01'/><model type='rtl8139'/></interface>
      <interface type='bridge'><source bridge='nowhere0'/></interface>
      <parallel type='file'><source path='/dev/null'/></parallel>
      <watchdog model='ib700' action='none'/><sound model='sb16'/><panic model='isa'/>
      <rng model='virtio'><backend model='builtin'/></rng>
      <unheard-of device='of'><in any='schema'/></unheard-of>
      <memballoon model='none'/>
    </devices>
    <qemu:commandline><qemu:arg value='-name'/><qemu:arg value='x,debug-threads=on'/><qemu:env name='A' value='&lt;'/></qemu:commandline>
  </domain>`;
  const name = "Ödd <guest> & 'sons'";

  it('are shown whatever they contain, and never changed', async () => {
    writeFileSync(file('odd.xml'), odd);
    await site.virsh('define', file('odd.xml'));
    const dump = () => site.virsh('dumpxml', '--inactive', name);
    const before = await dump();
    const seen = await site.until(async () => {
      const { items } = await site.api.call('vm.list');
      return items.find((each) => each.name === name) ?? null;
    });
    expect(seen).toMatchObject({ managed: false, state: 'stopped', vcpus: 3, problem: null });
    expect(seen.disks.map(({ target }) => target).sort()).toEqual(['fda', 'hdc', 'sdz']);
    const definition = await ask('GET', `/vms/${encodeURIComponent(name)}/definition`);
    expect(definition.text).toContain('urn:foreign');

    picture = await everything();
    expectRefusal(await ask('DELETE', `/vms/${seen.id}`), 409, 'NOT_MANAGED');
    expectRefusal(await ask('POST', '/volumes/data/attach', { body: { vm: name } }), 409, 'NOT_MANAGED');
    const { code, stderr } = await site.domus('vm', 'delete', name, '--yes');
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('NOT_MANAGED') });
    expect(await dump()).toBe(before);
    await nothingChanged();
    expect(await site.domus('vm', 'list')).toMatchObject({ code: 0, stdout: expect.stringContaining('Ödd <guest>') });
  });
});

describe('on the command line', () => {
  const create = ['vm', 'create', '--flavor', 'micro', '--image', 'disk', '--no-start'];
  it.each<[string, string[], number, RegExp]>([
    ['a name with a slash', [...create, '--name', 'a/b'], 1, /"name".*\[INVALID_INPUT, field name]/],
    [
      'an unknown image',
      ['vm', 'create', '--name', 'x', '--flavor', 'micro', '--image', 'no'],
      1,
      /image "no".*field image/,
    ],
    ['a disk smaller than the image', [...create, '--name', 'x', '--disk', '1'], 1, /DISK_TOO_SMALL, field diskGiB/],
    ['no space', ['volume', 'create', '--name', 'x', '--size', '65536'], 1, /GiB free.*NO_SPACE, field sizeGiB/],
    ['a size in words', ['volume', 'create', '--name', 'x', '--size', '-1'], 2, /expected a whole number/],
    ['no name', create, 2, /--name/],
    ['a verb that there is not', ['vm', 'explode', 'x'], 2, /explode/],
    ['an option that there is not', ['vm', 'list', '--colour'], 2, /--colour/],
    ['two of one name', ['vm', 'start', 'twin'], 1, /More than one VM.*AMBIGUOUS_NAME/],
    ['a network in use', ['network', 'delete', 'lan', '--yes'], 1, /in use by stopped.*IN_USE/],
    ['a file that is not there', ['image', 'upload', '/no/such.qcow2', '--name', 'x'], 1, /ENOENT/],
    ['no engine', ['vm', 'list', '--data-dir', '/nonexistent'], 3, /No Domus answers/],
  ])('%s', async (_, args, code, text) => {
    const ran: Ran = await site.domus(...args);
    expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code, stdout: '' });
    expect(ran.stderr).toMatch(text);
    await nothingChanged();
  });
  it('as JSON, for scripts', async () => {
    const { code, stderr } = await site.domus('vm', 'show', 'nowhere', '-o', 'json');
    expect({ code, ...JSON.parse(stderr) }).toMatchObject({ code: 'NOT_FOUND', status: 404 });
    expect(code).toBe(1);
  });
});

it('what has expired is of no use', async () => {
  const end = Math.max(Date.parse(aged.expiresAt), Date.parse(agedToken.expiresAt ?? ''));
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, end - Date.now()) + 100));
  expectRefusal(await visit(site, 'GET', aged.path, { headers: handshake(aged.ticket) }), 403, 'TICKET_INVALID');
  const headers = { authorization: `Bearer ${agedToken.token}` };
  expectRefusal(await ask('DELETE', '/vms/stopped', { headers }), 401, 'NOT_SIGNED_IN');
  await nothingChanged();
});

it('none of it was unexpected', () => {
  const log = readFileSync(join(site.dataDir, 'log/engine.log'), 'utf8').split('\n');
  expect(log.some((line) => line.startsWith('{"level":30'))).toBe(true);
  expect(log.filter((line) => line.startsWith('{"level":50'))).toEqual([]);
});
