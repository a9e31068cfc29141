import { expect, test } from 'vitest';
import { type Connection, connect } from '../connection.ts';
import { DomainMigrateFlags, DomainState } from '../generated/enums.ts';
import type { RemoteTypedParam } from '../generated/remote.ts';
import { type Handlers, ProtocolServer, ServerFailure } from '../testing/protocol-server.ts';
import { toTypedValues } from '../typed-parameters.ts';
import type { MigrationOptions } from './domain-migration.ts';

const dom = { name: 'vm', uuid: '6695eb01-f6a4-8304-79aa-97f2502e193f', id: 1 };
const { LIVE, ABORT_ON_ERROR, AUTO_CONVERGE, CHANGE_PROTECTION, OFFLINE, PAUSED, PEER2PEER } = DomainMigrateFlags;

type Phase = {
  flags: number;
  cookie_in?: Uint8Array;
  params: RemoteTypedParam[];
  cancelled?: number;
};

/** Two daemons that know the protocol and write down what they were told. */
class TwoHosts {
  readonly phases: string[] = [];
  readonly told = new Map<string, Phase>();
  readonly target: ProtocolServer;
  readonly source: ProtocolServer;
  connections: Connection[] = [];

  constructor(changes: { source?: Handlers; target?: Handlers } = {}) {
    const phase = (name: string, args: Phase, cookie_out = '') => {
      const cookie = args.cookie_in === undefined ? '' : ` ${Buffer.from(args.cookie_in)}`;
      this.phases.push(`${name}${cookie}${args.cancelled ? ' cancelled' : ''}`);
      this.told.set(name, args);
      return { cookie_out: Buffer.from(cookie_out) };
    };
    this.source = new ProtocolServer({
      domainGetState: () => ({ state: DomainState.RUNNING, reason: 1 }),
      domainMigrateBegin3Params: (args) => ({ ...phase('begin', args, 'b'), xml: '<domain/>' }),
      domainMigratePerform3Params: (args) => phase('perform', args, 'p'),
      domainMigrateConfirm3Params: (args) => void phase('confirm', args),
      ...changes.source,
    });
    this.target = new ProtocolServer({
      domainMigratePrepare3Params: (args) => ({ ...phase('prepare', args, 'r'), uri_out: 'tcp://there:49152' }),
      domainMigrateFinish3Params: (args) => {
        const result = phase('finish', args, 'f');
        if (args.cancelled) throw new ServerFailure('MIGRATE_FINISH_OK', 'migration successfully aborted');
        return { ...result, dom: { ...dom, id: 7 } };
      },
      ...changes.target,
    });
  }

  async migrate(flags: number, options: MigrationOptions = {}, params = {}) {
    for (const { transport } of [this.source, this.target]) {
      this.connections.push(await connect({ uri: 'qemu:///system', transport }));
    }
    const [here, there] = this.connections as [Connection, Connection];
    return here.domains.reference(dom).migration.to(there, flags, params, options);
  }

  values(phase: string) {
    return toTypedValues(this.told.get(phase)!.params);
  }
}

const fails = (code: 'OPERATION_FAILED' | 'INTERNAL_ERROR' | 'NO_SUPPORT') => () => {
  throw new ServerFailure(code, 'refused');
};

test('the phases follow each other, and each gets the cookie of the one before', async () => {
  const hosts = new TwoHosts();
  const moved = await hosts.migrate(
    LIVE | ABORT_ON_ERROR | AUTO_CONVERGE,
    {},
    { bandwidth: 50, migrate_disks: ['vda', 'vdb'] },
  );
  expect(moved.ref).toEqual({ ...dom, id: 7 });
  expect(hosts.phases).toEqual(['begin', 'prepare b', 'perform r', 'finish p', 'confirm f']);
  expect(hosts.told.get('begin')!.flags).toBe(LIVE | ABORT_ON_ERROR | AUTO_CONVERGE | CHANGE_PROTECTION);
  expect(hosts.told.get('prepare')!.flags).toBe(LIVE);
  expect(hosts.told.get('finish')!.flags).toBe(LIVE);
  const disks = hosts.told.get('begin')!.params.filter(({ field }) => field === 'migrate_disks');
  expect(disks.map(({ value }) => value.value)).toEqual(['vda', 'vdb']);
  expect(hosts.values('prepare')).toMatchObject({ bandwidth: 50, destination_xml: '<domain/>' });
  expect(hosts.values('perform')).toMatchObject({ migrate_uri: 'tcp://there:49152' });
  expect(hosts.values('finish')).toMatchObject({ destination_name: 'vm' });
});

test('a paused guest stays paused; one that does not run is not copied', async () => {
  const paused = new TwoHosts({ source: { domainGetState: () => ({ state: DomainState.PAUSED, reason: 1 }) } });
  await paused.migrate(LIVE);
  expect(paused.told.get('prepare')!.flags).toBe(LIVE | PAUSED);

  const offline = new TwoHosts();
  await offline.migrate(OFFLINE, {}, { destination_name: 'renamed' });
  expect(offline.phases).toEqual(['begin', 'prepare b', 'finish ', 'confirm f']);
  expect(offline.values('finish')).toMatchObject({ destination_name: 'renamed' });
});

test('a target that cannot prepare: the source lets its guard down', async () => {
  const hosts = new TwoHosts({ target: { domainMigratePrepare3Params: fails('INTERNAL_ERROR') } });
  await expect(hosts.migrate(LIVE)).rejects.toMatchObject({ procedure: 'domainMigratePrepare3Params' });
  expect(hosts.phases).toEqual(['begin', 'confirm  cancelled']);
});

test('a source that cannot perform: the target drops the guest', async () => {
  const hosts = new TwoHosts({ source: { domainMigratePerform3Params: fails('OPERATION_FAILED') } });
  await expect(hosts.migrate(LIVE)).rejects.toMatchObject({ procedure: 'domainMigratePerform3Params' });
  expect(hosts.phases).toEqual(['begin', 'prepare b', 'finish  cancelled']);
});

test('a target that cannot finish: the source goes on with the guest', async () => {
  const hosts = new TwoHosts({ target: { domainMigrateFinish3Params: fails('INTERNAL_ERROR') } });
  await expect(hosts.migrate(LIVE)).rejects.toMatchObject({ procedure: 'domainMigrateFinish3Params' });
  expect(hosts.phases).toEqual(['begin', 'prepare b', 'perform r', 'confirm  cancelled']);
});

test('its signal aborts the job, and then both sides are told', async () => {
  const controller = new AbortController();
  const job = Promise.withResolvers<never>();
  const hosts = new TwoHosts({
    source: {
      domainMigratePerform3Params: () => {
        controller.abort(new Error('enough'));
        return job.promise;
      },
      domainAbortJob: () => job.reject(new ServerFailure('OPERATION_ABORTED', 'canceled by client')),
    },
  });
  await expect(hosts.migrate(LIVE, { signal: controller.signal })).rejects.toMatchObject({
    code: 'ABORTED',
    cause: expect.objectContaining({ message: 'enough' }),
  });
  expect(hosts.phases).toEqual(['begin', 'prepare b', 'finish  cancelled']);
});

test('a signal between two phases, and one that aborted before', async () => {
  const controller = new AbortController();
  const hosts = new TwoHosts({
    target: {
      domainMigratePrepare3Params: () => {
        controller.abort();
        return { cookie_out: Buffer.from('r'), uri_out: null };
      },
    },
  });
  await expect(hosts.migrate(LIVE, { signal: controller.signal })).rejects.toMatchObject({ code: 'ABORTED' });
  expect(hosts.phases).toEqual(['begin', 'finish r cancelled', 'confirm  cancelled']);

  const never = new TwoHosts();
  await expect(never.migrate(LIVE, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' });
  expect(never.phases).toEqual([]);
});

test('an abort that is refused comes too late: the guest arrives', async () => {
  const controller = new AbortController();
  const performed = Promise.withResolvers<{ cookie_out: Uint8Array }>();
  const hosts = new TwoHosts({
    source: {
      domainMigratePerform3Params: () => {
        controller.abort();
        return performed.promise;
      },
      domainAbortJob: () => {
        performed.resolve({ cookie_out: Buffer.from('p') });
        throw new ServerFailure('OPERATION_INVALID', 'cannot abort migration in post-copy mode');
      },
    },
  });
  expect((await hosts.migrate(LIVE, { signal: controller.signal })).ref.id).toBe(7);
});

test('a deadline and a lost target abort the job too', async () => {
  const slow = (onPerform: (hosts: TwoHosts) => void) => {
    const job = Promise.withResolvers<never>();
    const hosts: TwoHosts = new TwoHosts({
      source: {
        domainMigratePerform3Params: () => {
          onPerform(hosts);
          return job.promise;
        },
        domainAbortJob: () => job.reject(new ServerFailure('OPERATION_ABORTED', 'canceled by client')),
      },
    });
    return hosts;
  };
  const late = slow(() => undefined);
  await expect(late.migrate(LIVE, { deadlineMs: 50 })).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });

  const lost = slow((hosts) => hosts.target.peers[0]!.socket.end());
  await expect(lost.migrate(LIVE)).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
  expect(lost.source.peers[0]!.calls).toContain('domainAbortJob');
});

test('progress is told while it is copied; a callback that throws stops it', async () => {
  const job = Promise.withResolvers<{ cookie_out: Uint8Array }>();
  const param = (field: string, value: number): RemoteTypedParam => ({ field, value: { type: 4, value } });
  const params = [param('data_total', 100), param('data_processed', 30), param('data_remaining', 70)];
  const source: Handlers = {
    domainMigratePerform3Params: () => job.promise,
    domainGetJobStats: () => ({ type: 2, params: [{ field: 'operation', value: { type: 1, value: 5 } }, ...params] }),
    domainAbortJob: () => job.reject(new ServerFailure('OPERATION_ABORTED', 'canceled by client')),
  };
  const seen: unknown[] = [];
  const hosts = new TwoHosts({ source });
  const onProgress = (progress: unknown) => {
    seen.push(progress);
    throw new Error('the screen is full');
  };
  await expect(hosts.migrate(LIVE, { onProgress, progressIntervalMs: 1 })).rejects.toMatchObject({
    code: 'ABORTED',
    cause: expect.objectContaining({ message: 'the screen is full' }),
  });
  expect(seen).toMatchObject([
    { type: 'UNBOUNDED', operation: 'MIGRATION_OUT', totalBytes: 100, processedBytes: 30, remainingBytes: 70 },
  ]);
});

test('what cannot be is refused before anything begins', async () => {
  const hosts = new TwoHosts({
    target: { connectSupportsFeature: ({ feature }) => ({ supported: feature === 13 ? 0 : 1 }) },
  });
  await expect(hosts.migrate(LIVE)).rejects.toMatchObject({ code: 'NO_SUPPORT' });
  await expect(new TwoHosts().migrate(LIVE | PEER2PEER)).rejects.toMatchObject({ code: 'INVALID_ARG' });
  expect(hosts.phases).toEqual([]);
});
