import type { ServerResponse } from 'node:http';
import type { Operation } from '@domus/contract';
import { afterEach, describe, expect, it } from 'vitest';
import { EngineDouble, json, operation, problemOf, someId, vm } from '../testing/engine-double.ts';

let engine: EngineDouble;
afterEach(async () => await engine.stop());

/** Answers the operation as it stands; the stream of events stays open for the test to write to. */
async function withOperation(first: Operation) {
  const state = { now: first, stream: Promise.withResolvers<ServerResponse>(), gone: false, shown: vm() };
  engine = await EngineDouble.start(({ path, method }, response) => {
    if (path === '/api/v1/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      state.stream.resolve(response);
    } else if (path.startsWith('/api/v1/operations/')) json(response, 200, state.now);
    else if (method === 'GET' && state.gone) json(response, 404, problemOf('NOT_FOUND', { kind: 'vm', id: 'first' }));
    else if (method === 'GET') json(response, 200, state.shown);
    else json(response, 202, first);
  });
  return state;
}
const tell = (stream: ServerResponse, kind: string) => {
  const event = {
    id: 1,
    at: '2026-11-22T20:45:00.000Z',
    type: 'changed',
    kind,
    resourceId: someId,
    name: 'first',
    projectId: null,
  };
  stream.write(`id: 1\ndata: ${JSON.stringify(event)}\n\n`);
};

describe('a command that starts an operation', () => {
  it('prints the operation and does not wait', async () => {
    await withOperation(operation({ kind: 'vm.start' }));
    const { stdout, exitCode } = await engine.domus(['vm', 'start', 'first']);
    expect([exitCode, stdout]).toEqual([0, `vm.start first: running (${someId})\n`]);
    expect(JSON.parse((await engine.domus(['vm', 'start', 'first', '-o', 'json'])).stdout)).toMatchObject({
      id: someId,
      state: 'running',
    });
  });

  it('with --wait ends when an event tells that it is done, and prints the resource', async () => {
    const state = await withOperation(operation());
    const ended = engine.domus(['vm', 'start', 'first', '--wait', '-o', 'json']);
    const stream = await state.stream.promise;
    state.now = operation({ state: 'succeeded', progress: 1 });
    tell(stream, 'operation');
    const { exitCode, stdout } = await ended;
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ name: 'first', addresses: [{ ip: '192.168.122.10' }] });
  });

  it('with --wait prints the operation where the resource is gone', async () => {
    const state = await withOperation(operation({ kind: 'vm.delete', state: 'succeeded', progress: 1 }));
    state.gone = true;
    const { stdout } = await engine.domus(['vm', 'delete', 'first', '--wait', '-o', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'vm.delete', state: 'succeeded' });
  });

  it('with --wait fails as the operation fails', async () => {
    const problem = problemOf('NO_SPACE', { pool: 'default', freeGiB: 1, neededGiB: 10 });
    await withOperation(operation({ state: 'failed', error: problem }));
    const told = await engine.domus(['vm', 'start', 'first', '--wait']);
    expect(told).toMatchObject({ exitCode: 1, stdout: '' });
    expect(told.stderr).toMatch(
      /vm\.create first: The storage pool "default" has 1 GiB free; 10 GiB are needed \[NO_SPACE\]/,
    );
  });

  it('with --wait looks again by itself where events are refused', async () => {
    const refused = problemOf('FORBIDDEN', { permission: 'event:read' });
    let looks = 0;
    engine = await EngineDouble.start(({ path, method }, response) => {
      if (path === '/api/v1/events') json(response, 403, refused);
      else if (path.startsWith('/api/v1/operations/'))
        json(response, 200, operation({ state: ++looks > 1 ? 'succeeded' : 'running' }));
      else json(response, method === 'GET' ? 200 : 202, method === 'GET' ? vm() : operation());
    });
    expect(await engine.domus(['vm', 'start', 'first', '--wait'])).toMatchObject({ exitCode: 0 });
    expect(looks).toBe(2);
  });
});

describe('vm wait', () => {
  it('ends when the VM is as wanted, and prints its address', async () => {
    const state = await withOperation(operation());
    state.shown = vm({ addresses: [] });
    const ended = engine.domus(['vm', 'wait', 'first']);
    const stream = await state.stream.promise;
    state.shown = vm();
    tell(stream, 'vm');
    expect(await ended).toEqual({ exitCode: 0, stdout: '192.168.122.10\n', stderr: '' });
  });
  it('ends with 1 when its time is over, or when it cannot come any more', async () => {
    const state = await withOperation(operation());
    const late = await engine.domus(['vm', 'wait', 'first', '--for', 'agent', '--timeout', '1']);
    expect(late).toMatchObject({ exitCode: 1, stderr: 'domus: first: no agent within 1 s\n' });
    state.shown = vm({ state: 'failed' });
    expect(await engine.domus(['vm', 'wait', 'first', '--for', 'running'])).toMatchObject({
      exitCode: 1,
      stderr: 'domus: first is failed\n',
    });
  });
});
