/** The domains of a host and what becomes of them. Every change is told as libvirt tells it. */
import { randomUUID } from 'node:crypto';
import * as enums from '../../generated/enums.ts';
import { checkXml, readDomain, text, type XmlElement } from '../../xml/index.ts';
import type { HostEvent } from '../event-registry.ts';
import { ServerFailure } from '../failure.ts';
import { domainOrigin, type HostIdentity } from './baseline.ts';
import { readDomainDocument } from './domain-document.ts';
import { domainLifecycle, domainReboot } from './events.ts';
import { LazyStore } from './lazy-store.ts';
import { SimulatedDomain } from './simulated-domain.ts';

/** What the parts of a host need of it. */
export interface HostContext {
  readonly identity: HostIdentity;
  readonly nowMs: () => number;
  readonly emit: (event: HostEvent) => void;
}

const { DomainState: STATE, DomainCreateFlags: START } = enums;

export class Domains implements Iterable<SimulatedDomain> {
  readonly #host: HostContext;
  readonly #store: LazyStore<SimulatedDomain>;
  #nextId: number;

  constructor(host: HostContext) {
    this.#host = host;
    this.#store = new LazyStore(domainOrigin(host.identity));
    this.#nextId = host.identity.domainCount + 1;
  }

  [Symbol.iterator](): IterableIterator<SimulatedDomain> {
    return this.#store[Symbol.iterator]();
  }

  get keptCount(): number {
    return this.#store.keptCount;
  }

  /** To look at only: what is changed may be forgotten. */
  find(uuid: string): SimulatedDomain {
    const found = this.#store.byKey(uuid);
    if (!found) throw new ServerFailure('NO_DOMAIN', `Domain not found: no domain with matching uuid '${uuid}'`);
    return found;
  }

  /** To change. */
  own(uuid: string): SimulatedDomain {
    return this.#store.keep(this.find(uuid));
  }

  byName(name: string): SimulatedDomain {
    const found = this.#store.byName(name);
    if (!found) throw new ServerFailure('NO_DOMAIN', `Domain not found: no domain with matching name '${name}'`);
    return found;
  }

  byId(id: number): SimulatedDomain {
    for (const domain of this) if (domain.isActive && domain.id === id) return domain;
    throw new ServerFailure('NO_DOMAIN', `Domain not found: no domain with matching id ${id}`);
  }

  define(xml: string, flags = 0): SimulatedDomain {
    const document = this.#read(xml, (flags & enums.DomainDefineFlags.VALIDATE) !== 0);
    const known = this.#sameAs(document);
    const { ADDED, UPDATED } = enums.DomainEventDefinedDetailType;
    if (known) {
      known.define(document);
      known.isPersistent = true;
    }
    const domain = known ?? this.#add(document, true);
    this.#tell(domain, 'DEFINED', known ? UPDATED : ADDED);
    return domain;
  }

  /** Starts a domain that is gone when it stops; one that is defined already is started with this definition. */
  createTransient(xml: string, flags: number): SimulatedDomain {
    const document = this.#read(xml, (flags & START.START_VALIDATE) !== 0);
    const known = this.#sameAs(document);
    if (known?.isActive) {
      throw new ServerFailure('OPERATION_FAILED', `domain '${known.name}' already exists with uuid ${known.uuid}`);
    }
    known?.define(document);
    return this.start(known ?? this.#add(document, false), flags);
  }

  start(domain: SimulatedDomain, flags = 0): SimulatedDomain {
    if (domain.isActive) throw new ServerFailure('OPERATION_INVALID', 'domain is already running');
    const restores = domain.hasManagedSave && (flags & START.START_FORCE_BOOT) === 0;
    const isPaused = (flags & START.START_PAUSED) !== 0;
    const { DomainPausedReason: paused, DomainRunningReason: running } = enums;
    const reason = isPaused ? paused.USER : restores ? running.RESTORED : running.BOOTED;
    domain.hasManagedSave = false;
    domain.start(this.#nextId++, isPaused ? 'PAUSED' : 'RUNNING', reason, this.#host.nowMs());
    const { BOOTED, RESTORED } = enums.DomainEventStartedDetailType;
    this.#tell(domain, 'STARTED', restores ? RESTORED : BOOTED);
    if (isPaused) this.#tell(domain, 'SUSPENDED', enums.DomainEventSuspendedDetailType.PAUSED);
    return domain;
  }

  suspend(domain: SimulatedDomain): void {
    domain.requireActive();
    if (domain.state === STATE.PAUSED) return;
    domain.suspend(enums.DomainPausedReason.USER, this.#host.nowMs());
    this.#tell(domain, 'SUSPENDED', enums.DomainEventSuspendedDetailType.PAUSED);
  }

  resume(domain: SimulatedDomain): void {
    domain.requireActive();
    if (domain.state === STATE.RUNNING) return;
    domain.resume(this.#host.nowMs());
    this.#tell(domain, 'RESUMED', enums.DomainEventResumedDetailType.UNPAUSED);
  }

  /** The simulated guest obeys at once. */
  shutdown(domain: SimulatedDomain): void {
    this.#requireRunning(domain);
    this.#tell(domain, 'SHUTDOWN', enums.DomainEventShutdownDetailType.GUEST);
    this.#stop(domain, enums.DomainShutoffReason.SHUTDOWN, enums.DomainEventStoppedDetailType.SHUTDOWN);
  }

  destroy(domain: SimulatedDomain): void {
    domain.requireActive();
    this.#stop(domain, enums.DomainShutoffReason.DESTROYED, enums.DomainEventStoppedDetailType.DESTROYED);
  }

  reboot(domain: SimulatedDomain): void {
    this.#requireRunning(domain);
    this.#host.emit(domainReboot(domain.ref));
  }

  reset(domain: SimulatedDomain): void {
    domain.requireActive();
    this.#host.emit(domainReboot(domain.ref));
  }

  managedSave(domain: SimulatedDomain): void {
    domain.requireActive();
    if (!domain.isPersistent) {
      throw new ServerFailure('OPERATION_INVALID', 'cannot do managed save for transient domain');
    }
    domain.hasManagedSave = true;
    this.#stop(domain, enums.DomainShutoffReason.SAVED, enums.DomainEventStoppedDetailType.SAVED);
  }

  undefine(domain: SimulatedDomain, flags: number): void {
    if (!domain.isPersistent) throw new ServerFailure('OPERATION_INVALID', 'cannot undefine transient domain');
    if (domain.hasManagedSave && (flags & enums.DomainUndefineFlags.MANAGED_SAVE) === 0) {
      throw new ServerFailure('OPERATION_INVALID', 'refusing to undefine while domain managed save image exists');
    }
    domain.hasManagedSave = false;
    domain.isPersistent = false;
    if (!domain.isActive) this.#store.remove(domain);
    this.#tell(domain, 'UNDEFINED', enums.DomainEventUndefinedDetailType.REMOVED);
  }

  rename(domain: SimulatedDomain, name: string): void {
    if (domain.isActive) throw new ServerFailure('OPERATION_INVALID', 'cannot rename active domain');
    if (this.#store.byName(name)) {
      throw new ServerFailure('OPERATION_INVALID', `domain with name '${name}' already exists`);
    }
    this.#tell(domain, 'UNDEFINED', enums.DomainEventUndefinedDetailType.RENAMED);
    domain.rename(name);
    this.#tell(domain, 'DEFINED', enums.DomainEventDefinedDetailType.RENAMED);
  }

  #read(xml: string, validate: boolean): XmlElement {
    const mismatch = validate ? checkXml(readDomain(xml)) : undefined;
    if (mismatch) {
      const message = `XML document failed to validate against schema: ${mismatch.path}: ${mismatch.message}`;
      throw new ServerFailure('XML_INVALID_SCHEMA', message, 'XML');
    }
    return readDomainDocument(xml, this.#host.identity.domainTypes, randomUUID);
  }

  /** The domain that a definition is of, if there is one; name and UUID must both fit. */
  #sameAs(document: XmlElement): SimulatedDomain | undefined {
    const name = text(document, 'name')!;
    const uuid = text(document, 'uuid')!;
    const known = this.#store.byKey(uuid);
    const namesake = this.#store.byName(name);
    if (namesake && namesake.uuid !== uuid) {
      throw new ServerFailure('OPERATION_FAILED', `domain '${name}' already exists with uuid ${namesake.uuid}`);
    }
    if (known && known.name !== name) {
      throw new ServerFailure('OPERATION_FAILED', `domain '${known.name}' is already defined with uuid ${uuid}`);
    }
    return known && this.#store.keep(known);
  }

  #add(document: XmlElement, isPersistent: boolean): SimulatedDomain {
    const name = text(document, 'name')!;
    const uuid = text(document, 'uuid')!;
    return this.#store.keep(new SimulatedDomain({ uuid, name, config: () => document, isPersistent }));
  }

  #stop(domain: SimulatedDomain, reason: number, detail: number): void {
    const { ref } = domain;
    domain.stop(reason, this.#host.nowMs());
    if (!domain.isPersistent) this.#store.remove(domain);
    this.#host.emit(domainLifecycle({ ...ref, id: -1 }, 'STOPPED', detail));
  }

  #requireRunning(domain: SimulatedDomain): void {
    if (domain.state !== STATE.RUNNING) throw new ServerFailure('OPERATION_INVALID', 'domain is not running');
  }

  #tell(domain: SimulatedDomain, event: keyof typeof enums.DomainEventType, detail: number): void {
    this.#host.emit(domainLifecycle(domain.ref, event, detail));
  }
}
