/** Our side of a connection that libvirt-python opened: to the same daemon, in the same way, through a tap of its own. */
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import type { ArgsOf, ProcedureName } from '../../caller.ts';
import { type Connection, type ConnectOptions, connect } from '../../connection.ts';
import { LibvirtError } from '../../errors.ts';
import { type EventKind, eventKinds, type LibvirtEvent } from '../../events/kinds.ts';
import type { EventSubscription } from '../../events/subscription.ts';
import { ConnectFlags } from '../../generated/enums.ts';
import type { RemoteNonnullDomain } from '../../generated/remote.ts';
import { RpcClient } from '../../rpc/client.ts';
import type { PacketStream } from '../../streams/packet-stream.ts';
import type { AnyProcedure, Journal, TappedCall } from './tap.ts';

export interface Counterpart {
  call(procedure: AnyProcedure, args: unknown): Promise<unknown>;
  openStream(procedure: AnyProcedure, args: unknown): Promise<{ ret: unknown; stream: PacketStream }>;
  close(): Promise<void>;
  /** What the subscriptions gave, by kind. */
  readonly heard: ReadonlyMap<EventKind, readonly LibvirtEvent[]>;
}

/** Opens it as the other client's CONNECT_OPEN did. */
export async function openCounterpart(
  opening: TappedCall,
  socketPath: string,
  journal: Journal,
  credentials: ConnectOptions['credentials'],
): Promise<Counterpart> {
  if (opening.procedure.name === 'adminConnectOpen') return AdminCounterpart.open(opening, socketPath);
  const { name, flags } = opening.args as ArgsOf<'connectOpen'>;
  const readonly = (flags & ConnectFlags.RO) !== 0;
  const connection = await connect({ uri: name || undefined, socketPath, readonly, credentials });
  return new LibvirtCounterpart(connection, journal);
}

type Registration = { eventID: number; dom?: RemoteNonnullDomain | null };
const REGISTRARS: Readonly<Record<string, string>> = {
  connectDomainEventCallbackRegisterAny: 'domain',
  connectNetworkEventRegisterAny: 'network',
  connectStoragePoolEventRegisterAny: 'storagePool',
  connectNodeDeviceEventRegisterAny: 'nodeDevice',
  connectSecretEventRegisterAny: 'secret',
};
const DEREGISTER = /^connect(?:Domain|Network|StoragePool|NodeDevice|Secret)Event(?:Callback)?DeregisterAny$/;

class LibvirtCounterpart implements Counterpart {
  readonly #connection: Connection;
  readonly #journal: Journal;
  readonly #subscriptions = new Map<string, EventSubscription>();
  readonly heard = new Map<EventKind, LibvirtEvent[]>();

  constructor(connection: Connection, journal: Journal) {
    this.#connection = connection;
    this.#journal = journal;
  }

  async call({ name }: AnyProcedure, args: unknown): Promise<unknown> {
    const kind = this.#kindOf(name, args as Registration);
    if (kind) return this.#subscribe(name, kind, args as Registration);
    const subscription = DEREGISTER.test(name) && this.#subscriptions.get(JSON.stringify([name, args]));
    if (subscription) return subscription.close();
    if (name === 'connectClose') return this.close();
    return this.#connection.call(name as 'connectGetType', args as undefined);
  }

  openStream({ name }: AnyProcedure, args: unknown): Promise<{ ret: unknown; stream: PacketStream }> {
    return this.#connection.openStream(name as ProcedureName, args as never);
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  #kindOf(name: string, args: Registration): EventKind | undefined {
    const registrar = REGISTRARS[name];
    const found = Object.entries(eventKinds).find(
      ([, each]) => each.registrar === registrar && each.eventID === args.eventID,
    );
    return found?.[0] as EventKind | undefined;
  }

  /** As a user does; the reply to the registration itself is what the tap saw. */
  async #subscribe(name: string, kind: EventKind, args: Registration): Promise<unknown> {
    const subscription = await this.#connection.events.subscribe([kind], { domain: args.dom ?? undefined });
    const { reply } = this.#journal.calls.findLast(
      (each) => each.procedure.name === name && isDeepStrictEqual(each.args, args),
    )!;
    const ret = (reply as { ret: { callbackID: number } }).ret;
    this.#subscriptions.set(JSON.stringify([name.replace('Register', 'Deregister'), ret]), subscription);
    const heard = this.heard.get(kind) ?? [];
    this.heard.set(kind, heard);
    // Ends with the subscription, or with the connection.
    collect(subscription, heard).catch(() => undefined);
    return ret;
  }
}

async function collect(subscription: EventSubscription, into: LibvirtEvent[]): Promise<void> {
  for (let event = await subscription.next(); event; event = await subscription.next()) {
    if (event.kind !== 'overflow') into.push(event);
  }
}

/** The admin program has neither a face nor a sign-in: calls only. */
class AdminCounterpart implements Counterpart {
  readonly #client: RpcClient;
  readonly heard = new Map<EventKind, LibvirtEvent[]>();

  private constructor(client: RpcClient) {
    this.#client = client;
  }

  static async open({ procedure, args }: TappedCall, socketPath: string): Promise<Counterpart> {
    const socket = createConnection(socketPath);
    await once(socket, 'connect');
    const ignore = () => undefined;
    const client = new RpcClient(socket, { onMessage: ignore, onClosed: ignore });
    await client.call(procedure, args);
    return new AdminCounterpart(client);
  }

  async call(procedure: AnyProcedure, args: unknown): Promise<unknown> {
    const ret = await this.#client.call(procedure, args);
    if (procedure.name === 'adminConnectClose') await this.close();
    return ret;
  }

  openStream(procedure: AnyProcedure): Promise<never> {
    throw new Error(`${procedure.name} has no stream`);
  }

  async close(): Promise<void> {
    this.#client.end(new LibvirtError({ code: 'CONNECTION_CLOSED', message: 'closed' }));
  }
}
