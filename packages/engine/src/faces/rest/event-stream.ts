import type { Event, Permission, ResourceKind } from '@domus/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { readAfter, resumePoint } from '../../events/index.ts';
import { type Caller, mayAnywhere, projectsWhere } from '../../identity/index.ts';
import type { Engine } from '../../wire.ts';

const HEARTBEAT_MS = 15_000;
/** A reader that is this far behind is cut off; it resumes where it was. */
const MAX_WAITING_BYTES = 4 << 20;

const permissionOf: Readonly<Record<ResourceKind, Permission>> = {
  vm: 'vm:read',
  host: 'host:read',
  image: 'image:read',
  volume: 'volume:read',
  'storage-pool': 'storage:read',
  network: 'network:read',
  operation: 'operation:read',
  flavor: 'flavor:read',
  user: 'user:read',
  project: 'project:read',
};

function visible(caller: Caller, event: Event): boolean {
  const permission = permissionOf[event.kind];
  if (!mayAnywhere(caller, permission)) return false;
  if (event.projectId === null) return true;
  const projects = projectsWhere(caller, permission);
  return projects === null || projects.includes(event.projectId);
}

const frame = (event: Event): string => `id: ${event.id}\ndata: ${JSON.stringify(event)}\n\n`;

/**
 * Server-sent events (WHATWG HTML, 9.2). Starts after Last-Event-ID, or now; `reset` says that events were lost
 * meanwhile and everything must be read again. `still` asks whether the caller is still signed in.
 */
export async function streamEvents(
  engine: Engine,
  caller: Caller,
  request: FastifyRequest,
  reply: FastifyReply,
  still: () => Promise<Caller | null>,
): Promise<void> {
  const { db } = engine.database;
  const given = request.headers['last-event-id'];
  let last: number | null = null;
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  let open = true;
  let known = caller;
  const send = (text: string): void => {
    if (!open) return;
    raw.write(text);
    if (raw.writableLength > MAX_WAITING_BYTES) raw.destroy();
  };
  const pass = (events: readonly Event[]): void => {
    for (const event of events) {
      if (last !== null && event.id <= last) continue;
      last = event.id;
      if (visible(known, event)) send(frame(event));
    }
  };
  // what comes while the past is read waits, and follows it
  let past: Event[] | null = [];
  const unsubscribe = engine.feed.subscribe((events) => (past === null ? pass(events) : past.push(...events)));
  const heartbeat = setInterval(() => {
    still().then(
      (caller) => {
        if (caller === null) return raw.end();
        known = caller;
        send(': still here\n\n');
      },
      () => raw.destroy(),
    );
  }, HEARTBEAT_MS);
  raw.on('close', () => {
    open = false;
    unsubscribe();
    clearInterval(heartbeat);
  });
  send('retry: 1000\n\n');
  if (given !== undefined) {
    last = await resumePoint(db, String(given));
    if (last === null) send('event: reset\ndata: {}\n\n');
  }
  while (last !== null && open) {
    const events = await readAfter(db, last, 1000);
    if (events.length === 0) break;
    pass(events);
  }
  const waited = past;
  past = null;
  pass(waited);
}
