import { expect, test } from 'vitest';
import { connect } from '../connection.ts';
import { DomainBlockJobType, ConnectDomainEventBlockJobStatus as Status } from '../generated/enums.ts';
import { type Handlers, ProtocolServer, ServerFailure } from '../testing/protocol-server.ts';

const dom = { name: 'vm', uuid: '6695eb01-f6a4-8304-79aa-97f2502e193f', id: 1 };

async function open(handlers: Handlers) {
  const server = new ProtocolServer({
    connectDomainEventCallbackRegisterAny: () => ({ callbackID: 3 }),
    connectDomainEventCallbackDeregisterAny: () => undefined,
    ...handlers,
  });
  const connection = await connect({ uri: 'qemu:///system', transport: server.transport });
  const peer = server.peers[0]!;
  const event = (status: keyof typeof Status, dst = 'vda') =>
    peer.emit('domainEventBlockJob2', {
      callbackID: 3,
      dom,
      dst,
      type: DomainBlockJobType.COPY,
      status: Status[status],
    });
  return { peer, event, connection, domain: connection.domains.reference(dom) };
}

test('a copy is ready, and pivots', async () => {
  const { peer, event, domain } = await open({
    domainBlockCopy: () => undefined,
    domainBlockJobAbort: ({ flags }) => {
      expect(flags).toBe(2);
      event('COMPLETED');
    },
  });
  const job = await domain.blockJobs.copy('vda', '<disk/>', 0, { bandwidthBytesPerSecond: 1000 });
  event('READY', 'vdb');
  event('FAILED', 'vdb');
  event('READY');
  await job.ready();
  await job.pivot();
  await job.completed();
  expect(peer.calls.slice(3)).toEqual([
    'connectDomainEventCallbackRegisterAny',
    'domainBlockCopy',
    'domainBlockJobAbort',
    'connectDomainEventCallbackDeregisterAny',
  ]);
});

test('a job that is done before the reply has come is done', async () => {
  const { event, domain } = await open({ domainBlockPull: () => event('COMPLETED') });
  const job = await domain.blockJobs.pull('vda');
  await job.completed();
  await job.ready();
});

test('a job that fails or is cancelled says so to who waits for it', async () => {
  const { event, domain } = await open({
    domainBlockCommit: () => undefined,
    domainBlockJobAbort: () => event('CANCELED'),
  });
  const failing = await domain.blockJobs.commit('vda');
  event('FAILED');
  await expect(failing.ready()).rejects.toMatchObject({ code: 'OPERATION_FAILED' });
  await expect(failing.completed()).rejects.toMatchObject({ code: 'OPERATION_FAILED' });
  const cancelled = await domain.blockJobs.commit('vda');
  await cancelled.cancel();
  await expect(cancelled.completed()).rejects.toMatchObject({ code: 'OPERATION_ABORTED' });
});

test('the end of the connection ends the wait', async () => {
  const { peer, domain } = await open({ domainBlockPull: () => undefined });
  const job = await domain.blockJobs.pull('vda');
  peer.socket.end();
  await expect(job.completed()).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
});

test('a job that cannot start leaves no subscription', async () => {
  const { peer, domain } = await open({
    domainBlockPull: () => {
      throw new ServerFailure('OPERATION_INVALID', 'domain is not running');
    },
  });
  await expect(domain.blockJobs.pull('vda')).rejects.toMatchObject({ code: 'OPERATION_INVALID' });
  expect(peer.calls.at(-1)).toBe('connectDomainEventCallbackDeregisterAny');
});

test('progress is told, the wait can be given up, and the job be found again', async () => {
  const { event, domain } = await open({
    domainBlockPull: () => undefined,
    domainGetBlockJobInfo: () => ({ found: 1, type: DomainBlockJobType.PULL, bandwidth: 7, cur: 30, end: 100 }),
  });
  const job = await domain.blockJobs.pull('vda');
  const controller = new AbortController();
  const onProgress = (progress: unknown) => {
    expect(progress).toEqual({ type: 'PULL', bandwidthBytesPerSecond: 7, current: 30, end: 100 });
    controller.abort();
  };
  const wait = job.completed({ onProgress, progressIntervalMs: 1, signal: controller.signal });
  await expect(wait).rejects.toMatchObject({ code: 'ABORTED' });
  await expect(job.ready({ signal: controller.signal })).rejects.toMatchObject({ code: 'ABORTED' });
  await expect(job.ready({ deadlineMs: 1 })).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  const throwing = { onProgress: () => void controller.signal.throwIfAborted(), progressIntervalMs: 1 };
  await expect(job.completed(throwing)).rejects.toBe(controller.signal.reason);
  const found = await domain.blockJobs.find('vda');
  event('COMPLETED');
  await found!.completed();
});
