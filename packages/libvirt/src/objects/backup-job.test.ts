import { expect, test } from 'vitest';
import { connect } from '../connection.ts';
import { DomainJobOperation as Operation, TypedParameterType as Type } from '../generated/enums.ts';
import { type Handlers, ProtocolServer } from '../testing/protocol-server.ts';

const dom = { name: 'vm', uuid: '6695eb01-f6a4-8304-79aa-97f2502e193f', id: 1 };

async function begin(handlers: Handlers = {}) {
  const server = new ProtocolServer({
    connectDomainEventCallbackRegisterAny: () => ({ callbackID: 3 }),
    connectDomainEventCallbackDeregisterAny: () => undefined,
    domainBackupBegin: () => undefined,
    ...handlers,
  });
  const connection = await connect({ uri: 'qemu:///system', transport: server.transport });
  const peer = server.peers[0]!;
  const job = await connection.domains.reference(dom).backup.begin('<domainbackup/>', '<domaincheckpoint/>');
  const ended = (operation: number, success: boolean, errmsg = '') =>
    peer.emit('domainEventCallbackJobCompleted', {
      callbackID: 3,
      dom,
      params: [
        { field: 'operation', value: { type: Type.INT, value: operation } },
        { field: 'disk_total', value: { type: Type.ULLONG, value: 4096 } },
        { field: 'success', value: { type: Type.BOOLEAN, value: success ? 1 : 0 } },
        ...(errmsg === '' ? [] : [{ field: 'errmsg', value: { type: Type.STRING, value: errmsg } }]),
      ],
    });
  return { peer, job, ended };
}

test('a backup is completed when its event says so', async () => {
  const closed = Promise.withResolvers<void>();
  const { peer, job, ended } = await begin({
    // Of a job like the daemon's own, it waits until the images are closed.
    domainGetJobStats: async () => {
      await closed.promise;
      return { type: 0, params: [] };
    },
  });
  ended(Operation.SAVE, true);
  ended(Operation.BACKUP, true);
  await peer.until(() => peer.calls.includes('domainGetJobStats'));
  expect(await Promise.race([job.completed(), Promise.resolve('not yet')])).toBe('not yet');
  closed.resolve();
  expect(await job.completed()).toMatchObject({ type: 'COMPLETED', operation: 'BACKUP', totalBytes: 4096 });
});

test('one that failed tells what the hypervisor said', async () => {
  const { job, ended } = await begin();
  ended(Operation.BACKUP, false, 'No space left on device');
  await expect(job.completed()).rejects.toMatchObject({
    code: 'OPERATION_FAILED',
    message: "backup of 'vm': No space left on device",
  });
});

test('ending it is over when the daemon says so', async () => {
  const { peer, job, ended } = await begin({ domainAbortJob: () => ended(Operation.BACKUP, false) });
  await job.end();
  await peer.until(() => peer.calls.at(-1) === 'connectDomainEventCallbackDeregisterAny');
  await expect(job.completed()).rejects.toMatchObject({ code: 'OPERATION_FAILED' });
});
