import type { Event } from '@domus/contract';
import { ApiError } from '@domus/contract/client';
import { QueryClient } from '@tanstack/react-query';
import { describe, expect, it } from 'vitest';
import { Changes } from './changes.ts';
import type { Resource } from './read-resource.ts';

const event = (type: Event['type'], resourceId: string): Event => ({
  id: 1,
  at: '2026-01-01T00:00:00.000Z',
  type,
  kind: 'vm',
  resourceId,
  name: resourceId,
  projectId: null,
});
const notFound = new ApiError({
  type: 'urn:domus:error:NOT_FOUND',
  title: '',
  status: 404,
  code: 'NOT_FOUND',
  field: null,
  parameters: {},
  retryable: false,
  operationId: null,
});

/** A cache with two VMs, and an engine whose answers the test gives by hand. */
function stage() {
  const client = new QueryClient();
  client.setQueryData(['vm', 'list'], [{ id: 'a' }, { id: 'b' }]);
  const asked: { id: string; answer: (resource: Resource) => void; refuse: (error: unknown) => void }[] = [];
  const changes = new Changes({
    client,
    readerOf: () => (id) => new Promise((answer, refuse) => asked.push({ id, answer, refuse })),
  });
  const list = () => client.getQueryData<Resource[]>(['vm', 'list']);
  return { client, changes, asked, list };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('events', () => {
  it('read one resource and put it where it is shown', async () => {
    const { client, changes, asked, list } = stage();
    client.setQueryData(['vm', 'one', 'a'], { id: 'a' });
    changes.apply(event('changed', 'a'));
    asked[0]!.answer({ id: 'a', state: 'running' } as Resource);
    await settled();
    expect(list()).toEqual([{ id: 'a', state: 'running' }, { id: 'b' }]);
    expect(client.getQueryData(['vm', 'one', 'a'])).toEqual({ id: 'a', state: 'running' });
  });
  it('on a resource that is being read lead to exactly one more reading', async () => {
    const { changes, asked } = stage();
    for (let count = 0; count < 5; count++) changes.apply(event('changed', 'a'));
    expect(asked).toHaveLength(1);
    asked[0]!.answer({ id: 'a' });
    await settled();
    expect(asked).toHaveLength(2);
    asked[1]!.answer({ id: 'a' });
    await settled();
    expect(asked).toHaveLength(2);
  });
  it('bring new resources and take deleted ones away', async () => {
    const { changes, asked, list } = stage();
    changes.apply(event('created', 'c'));
    asked[0]!.answer({ id: 'c' });
    await settled();
    changes.apply(event('deleted', 'a'));
    expect(list()).toEqual([{ id: 'b' }, { id: 'c' }]);
  });
  it('take away what is gone by the time it is read', async () => {
    const { changes, asked, list } = stage();
    changes.apply(event('changed', 'a'));
    asked[0]!.refuse(notFound);
    await settled();
    expect(list()).toEqual([{ id: 'b' }]);
  });
  it('cost nothing on kinds that no page has read', () => {
    const { client, changes, asked } = stage();
    client.clear();
    changes.apply(event('changed', 'a'));
    expect(asked).toHaveLength(0);
  });
  it('put nothing any more after the end', async () => {
    const { changes, asked, list } = stage();
    changes.apply(event('changed', 'a'));
    changes.close();
    asked[0]!.answer({ id: 'a', state: 'late' } as Resource);
    await settled();
    expect(list()).toEqual([{ id: 'a' }, { id: 'b' }]);
  });
});
