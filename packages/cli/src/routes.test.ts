import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Route, type RouteName, routes } from '@domus/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EngineDouble, json, operation, type Received, someId } from './testing/engine-double.ts';

const table = Object.entries(routes) as [RouteName, Route][];

function routeOf({ method, path }: Received): RouteName | undefined {
  const bare = path.replace(/\?.*$/, '').replace('/api/v1', '');
  const fits = ({ path: pattern }: Route) => new RegExp(`^${pattern.replace(/:\w+/g, '[^/]+')}$`).test(bare);
  const exact = table.find(([, route]) => route.method === method && route.path === bare);
  return (exact ?? table.find(([, route]) => route.method === method && fits(route)))?.[0];
}

/** A command line for every route that one command reaches; signing in and out has a test of its own. */
const lines: readonly [RouteName, string][] = [
  ['setup.status', 'setup status'],
  ['setup.complete', 'setup complete --token T --password-stdin'],
  ['session.show', 'whoami'],
  ['session.password', 'password --password-stdin'],
  ['token.list', 'token list'],
  ['token.create', 'token create --name t --days 3'],
  ['token.delete', `token delete ${someId}`],
  ['user.list', 'user list'],
  ['user.show', 'user show u'],
  ['user.create', 'user create --name ada --role viewer --role operator@p --password-stdin'],
  ['user.update', 'user update u --disable'],
  ['user.delete', 'user delete u'],
  ['project.list', 'project list'],
  ['project.create', 'project create --name p'],
  ['project.delete', 'project delete p'],
  ['audit.list', 'audit list --limit 5'],
  ['host.list', 'host list'],
  ['host.show', 'host show h'],
  ['storage-pool.list', 'storage-pool list'],
  ['storage-pool.show', 'storage-pool show s'],
  ['flavor.list', 'flavor list'],
  ['flavor.create', 'flavor create --name f --vcpus 1 --memory 512 --disk 4'],
  ['flavor.delete', 'flavor delete f'],
  ['catalogue.list', 'image catalogue'],
  ['image.list', 'image list'],
  ['image.show', 'image show i'],
  ['image.create', 'image build debian-12'],
  ['image.create', 'image add debian-13 --name mine'],
  ['image.upload', 'image upload FILE --name i'],
  ['image.delete', 'image delete i'],
  ['volume.list', 'volume list --vm first'],
  ['volume.show', 'volume show v'],
  ['volume.create', 'volume create --name v --size 3'],
  ['volume.delete', 'volume delete v'],
  ['volume.attach', 'volume attach v --vm first'],
  ['volume.detach', 'volume detach v'],
  ['network.list', 'network list'],
  ['network.show', 'network show n'],
  ['network.create', 'network create --name n --cidr 10.9.0.0/24'],
  ['network.delete', 'network delete n'],
  ['vm.list', 'vm list --state running'],
  ['vm.show', 'vm show first'],
  ['vm.create', 'vm create --name first --flavor small --image i'],
  ['vm.delete', 'vm delete first --keep-volumes'],
  ['vm.start', 'vm start first'],
  ['vm.stop', 'vm stop first'],
  ['vm.force-off', 'vm force-off first'],
  ['vm.restart', 'vm restart first'],
  ['vm.reset', 'vm reset first'],
  ['vm.pause', 'vm pause first'],
  ['vm.resume', 'vm resume first'],
  ['vm.exec', 'vm exec first -- uname'],
  ['vm.screenshot', 'vm screenshot first'],
  ['vm.definition', 'vm definition first'],
  ['operation.list', 'operation list --state failed'],
  ['operation.show', `operation show ${someId}`],
  ['operation.cancel', `operation cancel ${someId}`],
  ['event.stream', 'event follow --count 1'],
  ['system.show', 'system show'],
];
const elsewhere: readonly RouteName[] = ['session.create', 'session.delete', 'vm.console'];

/** The least that each kind of answer needs. */
function answer(route: Route, response: Parameters<typeof json>[0]): void {
  if (route.status === 204) response.writeHead(204).end();
  else if (route.status === 202) json(response, 202, operation());
  else if (route.replyType === 'text/event-stream') {
    const event = {
      id: 1,
      at: '2026-11-22T20:45:00.000Z',
      type: 'changed',
      kind: 'vm',
      resourceId: someId,
      name: 'first',
      projectId: null,
    };
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(`id: 1\ndata: ${JSON.stringify(event)}\n\n`);
  } else if (route.replyType !== undefined) response.end('bytes');
  else if (route.path.endsWith('/exec'))
    json(response, 200, { exitCode: 0, signal: null, stdout: '', stderr: '', truncated: false });
  else json(response, route.status, { items: [] });
}

describe('the commands', () => {
  let engine: EngineDouble;
  const folder = mkdtempSync(join(tmpdir(), 'domus-upload-'));
  const file = join(folder, 'disk.img');
  beforeAll(async () => {
    writeFileSync(file, 'the bytes of an image');
    engine = await EngineDouble.start((request, response) => answer(routes[routeOf(request)!], response));
  });
  afterAll(async () => {
    await engine.stop();
    rmSync(folder, { recursive: true });
  });

  it('reach every route of the contract', () => {
    expect(new Set([...lines.map(([route]) => route), ...elsewhere])).toEqual(new Set(Object.keys(routes)));
  });

  it.each(lines)('%s: domus %s', async (route, line) => {
    engine.received.length = 0;
    const argv = line.split(' ').map((word) => (word === 'FILE' ? file : word));
    const told = await engine.domus(argv, { stdin: 'first secret line\nsecond secret line\n' });
    expect(told).toMatchObject({ exitCode: 0, stderr: '' });
    expect(engine.received.map(routeOf)).toEqual([route]);
    const { body, query } = routes[route] as Route;
    const [request] = engine.received;
    if (body) expect(body.safeParse(JSON.parse(request!.body)).error).toBeUndefined();
    if (query)
      expect(
        query.safeParse(Object.fromEntries(new URLSearchParams(request!.path.split('?')[1]))).error,
      ).toBeUndefined();
    if (route === 'image.upload') expect(request!.body).toBe('the bytes of an image');
  });
});
