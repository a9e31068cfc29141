import type { Readable } from 'node:stream';
import { DomusError, type Received, type Reply, type RouteName, type Routes } from '@domus/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { findVm, issueConsoleTicket, listVms, toVm } from '../../compute/index.ts';
import { createFlavor, deleteFlavor, listFlavors } from '../../flavors/index.ts';
import { listHosts, showHost } from '../../hosts/index.ts';
import * as identity from '../../identity/index.ts';
import { findImage, listCatalogue, listImages } from '../../images/index.ts';
import { findNetwork, listNetworks } from '../../networks/index.ts';
import { cancelOperation, findOperation, listOperations, toOperation } from '../../operations/index.ts';
import { findPool, findVolume, listPools, listVolumes, toVolume } from '../../storage/index.ts';
import type { Engine } from '../../wire.ts';
import { SESSION_COOKIE } from './authenticate.ts';

export interface Call<N extends RouteName> extends Received<Routes[N]> {
  caller: identity.Caller;
  request: FastifyRequest;
  reply: FastifyReply;
}
type Raw = 'event.stream';
export type Handlers = {
  [N in Exclude<RouteName, Raw>]: (
    call: Call<N>,
  ) => Promise<N extends 'vm.screenshot' ? Buffer : N extends 'vm.definition' ? string : Reply<Routes[N]>>;
};

/** What each route of the contract does: it asks a subject. No rule lives here. */
export function handlers(engine: Engine, version: string, secure: boolean): Handlers {
  const { db } = engine.database;
  const { vms } = engine;
  const items = async <T>(promise: Promise<T[]>) => ({ items: await promise });
  const cookie = { path: '/', httpOnly: true, sameSite: 'strict', secure } as const;
  const session = async (caller: identity.Caller) => identity.describeSession(caller, await identity.listProjects(db));
  const signedIn = async (reply: FastifyReply, opened: { token: string; caller: identity.Caller }) => {
    reply.setCookie(SESSION_COOKIE, opened.token, { ...cookie, maxAge: identity.SESSION_HOURS * 3600 });
    return session(opened.caller);
  };
  const power =
    (act: Parameters<typeof vms.power.act>[2]) => (call: { caller: identity.Caller; params: { id: string } }) =>
      vms.power.act(call.caller, call.params.id, act);

  return {
    'setup.status': async () => ({ required: !(await identity.administratorExists(db)) }),
    'setup.complete': async ({ body, reply }) => signedIn(reply, await identity.completeSetup(db, body)),
    'session.create': async ({ body, request, reply }) =>
      signedIn(reply, await identity.signIn(db, body.name, body.password, request.ip)),
    'session.show': ({ caller }) => session(caller),
    'session.delete': async ({ request, reply }) => {
      const token = request.cookies[SESSION_COOKIE];
      if (token !== undefined) await identity.signOut(db, token);
      reply.clearCookie(SESSION_COOKIE, cookie);
      return undefined;
    },
    'session.password': async ({ caller, body, request }) => {
      await identity.changePassword(db, caller, body, request.cookies[SESSION_COOKIE] ?? null);
      return undefined;
    },
    'token.list': ({ caller }) => items(identity.listTokens(db, caller)),
    'token.create': ({ caller, body }) => identity.createToken(db, caller, body),
    'token.delete': async ({ caller, params }) => {
      await identity.deleteToken(db, caller, params.id);
      return undefined;
    },

    'user.list': () => items(identity.listUsers(db)),
    'user.show': ({ params }) => identity.showUser(db, params.id),
    'user.create': ({ body }) => identity.createUser(db, body),
    'user.update': ({ params, body }) => identity.updateUser(db, params.id, body),
    'user.delete': async ({ params }) => {
      await identity.deleteUser(db, params.id);
      return undefined;
    },
    'project.list': async ({ caller }) => {
      const seen = identity.projectsWhere(caller, 'project:read');
      return { items: (await identity.listProjects(db)).filter(({ id }) => seen === null || seen.includes(id)) };
    },
    'project.create': ({ body }) => identity.createProject(db, body),
    'project.delete': async ({ params }) => {
      await identity.deleteProject(db, params.id);
      return undefined;
    },
    'audit.list': ({ query }) => items(identity.listAudit(db, query)),

    'host.list': () => items(listHosts(db)),
    'host.show': ({ params }) => showHost(db, params.id),
    'storage-pool.list': () => items(listPools(db)),
    'storage-pool.show': ({ params }) => findPool(db, params.id),
    'flavor.list': () => items(listFlavors(db)),
    'flavor.create': ({ body }) => createFlavor(db, body),
    'flavor.delete': async ({ params }) => {
      await deleteFlavor(db, params.id);
      return undefined;
    },

    'catalogue.list': async () => ({ items: listCatalogue() }),
    'image.list': () => items(listImages(db)),
    'image.show': ({ params }) => findImage(db, params.id),
    'image.create': ({ body, caller }) => engine.images.create(body, caller.name),
    'image.upload': async ({ caller, query, request }) => {
      const abort = new AbortController();
      request.raw.once('aborted', () => abort.abort(new DomusError('CANCELLED', { user: caller.name })));
      return engine.images.upload(query, request.body as Readable, abort.signal);
    },
    'image.delete': ({ params, caller }) => engine.images.delete(params.id, caller.name),

    'volume.list': ({ caller, query }) => items(listVolumes(db, caller, query)),
    'volume.show': async ({ caller, params }) => toVolume(await findVolume(db, caller, params.id)),
    'volume.create': ({ caller, body }) => engine.volumes.create(caller, body),
    'volume.delete': ({ caller, params }) => engine.volumes.delete(caller, params.id),
    'volume.attach': ({ caller, params, body }) => vms.disks.attach(caller, params.id, body.vm),
    'volume.detach': ({ caller, params }) => vms.disks.detach(caller, params.id),

    'network.list': () => items(listNetworks(db)),
    'network.show': ({ params }) => findNetwork(db, params.id),
    'network.create': ({ body, caller }) => engine.networks.create(body, caller.name),
    'network.delete': ({ params, caller }) => engine.networks.delete(params.id, caller.name),

    'vm.list': ({ caller, query }) => items(listVms(db, caller, query)),
    'vm.show': async ({ caller, params }) => toVm(await findVm(db, caller, params.id)),
    'vm.create': ({ caller, body }) => vms.creation.create(caller, body),
    'vm.delete': ({ caller, params, query }) => vms.deletion.delete(caller, params.id, query.keepVolumes),
    'vm.start': power('start'),
    'vm.stop': power('stop'),
    'vm.force-off': power('force-off'),
    'vm.restart': power('restart'),
    'vm.reset': power('reset'),
    'vm.pause': power('pause'),
    'vm.resume': power('resume'),
    'vm.exec': ({ caller, params, body }) => vms.guests.exec(caller, params.id, body),
    'vm.screenshot': ({ caller, params }) => vms.guests.screenshot(caller, params.id),
    'vm.definition': ({ caller, params }) => vms.guests.definition(caller, params.id),
    'vm.console': ({ caller, params, body }) => issueConsoleTicket(db, caller, params.id, body.kind),

    'operation.list': ({ caller, query }) =>
      items(listOperations(db, { ...query, projects: identity.projectsWhere(caller, 'operation:read') })),
    'operation.show': async ({ caller, params }) => {
      const row = await findOperation(db, params.id);
      if (row.project_id !== null)
        identity.requireSeen(caller, 'operation:read', {
          projectId: row.project_id,
          kind: 'operation',
          asked: params.id,
        });
      return toOperation(row);
    },
    'operation.cancel': async ({ caller, params }) => {
      const row = await findOperation(db, params.id);
      if (row.project_id !== null)
        identity.requireSeen(caller, 'operation:read', {
          projectId: row.project_id,
          kind: 'operation',
          asked: params.id,
        });
      identity.authorise(caller, row.project_id === null ? 'image:write' : 'vm:write', row.project_id);
      return cancelOperation(db, params.id, caller.name, engine.uncancellable);
    },
    'system.show': async () => ({
      version,
      node: process.version,
      database: engine.databaseVersion,
      startedAt: engine.startedAt.toISOString(),
      dataFolder: engine.dataFolder,
    }),
  };
}
