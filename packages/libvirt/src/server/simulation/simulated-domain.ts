import { DomainRunningReason, DomainShutoffReason, DomainState } from '../../generated/enums.ts';
import type { RemoteNonnullDomain } from '../../generated/remote.ts';
import { ensureChild, setText, type XmlElement } from '../../xml/index.ts';
import { ServerFailure } from '../failure.ts';
import { liveDocument } from './domain-document.ts';

export interface DomainSeed {
  readonly uuid: string;
  readonly name: string;
  /** Made when somebody looks at it. */
  readonly config: () => XmlElement;
  readonly isPersistent?: boolean;
  readonly autostart?: boolean;
}

/** virDomainModificationImpact: which of a domain's definitions a call is about. */
const LIVE = 1;
const CONFIG = 2;

/** One domain: its two definitions, what it does, and for how long it has run. Times are of the host's clock, in ms. */
export class SimulatedDomain {
  /** Its UUID. */
  readonly key: string;
  /** Changed by `rename`. */
  name: string;
  /** -1 while it does not run. */
  id = -1;
  /** virDomainState */
  state: number = DomainState.SHUTOFF;
  /** Why it is in that state; its numbers depend on the state. */
  reason: number = DomainShutoffReason.UNKNOWN;
  /** Whether it is defined, and so is still there when it stops. */
  isPersistent: boolean;
  /** Whether it starts with its host. */
  autostart: boolean;
  /** Whether the next start goes on where it was saved. */
  hasManagedSave = false;
  /** CPU shares and the like by name, as they were set. */
  readonly tuning = new Map<string, number>();
  #makeConfig: () => XmlElement;
  #config: XmlElement | undefined;
  #live: XmlElement | undefined;
  #ranMs = 0;
  #runningSince: number | undefined;
  readonly #stopListeners = new Set<() => void>();

  constructor(seed: DomainSeed) {
    this.key = seed.uuid;
    this.name = seed.name;
    this.#makeConfig = seed.config;
    this.isPersistent = seed.isPersistent ?? true;
    this.autostart = seed.autostart ?? false;
  }

  /** As text. */
  get uuid(): string {
    return this.key;
  }

  /** How the wire names it. */
  get ref(): RemoteNonnullDomain {
    return { name: this.name, uuid: this.key, id: this.id };
  }

  /** Whether it runs or is paused. */
  get isActive(): boolean {
    return this.id !== -1;
  }

  /** The definition for the next start. */
  get config(): XmlElement {
    this.#config ??= this.#makeConfig();
    return this.#config;
  }

  /** What runs now, or would. */
  get current(): XmlElement {
    if (!this.isActive) return this.config;
    this.#live ??= liveDocument(this.config, this.id);
    return this.#live;
  }

  /** Sets the definition for the next start. */
  define(config: XmlElement): void {
    // What runs keeps running as it is.
    if (this.isActive) this.#live = this.current;
    this.#config = config;
  }

  /** Changes its name, in its definition too. */
  rename(name: string): void {
    this.name = name;
    setText(ensureChild(this.config, 'name'), name);
  }

  /** Starts it with this id. */
  start(id: number, state: 'RUNNING' | 'PAUSED', reason: number, atMs: number): void {
    this.id = id;
    this.#live = undefined;
    this.#ranMs = 0;
    this.#enter(DomainState[state], reason, atMs);
  }

  /** Pauses it. */
  suspend(reason: number, atMs: number): void {
    this.#enter(DomainState.PAUSED, reason, atMs);
  }

  /** Lets it go on. */
  resume(atMs: number): void {
    this.#enter(DomainState.RUNNING, DomainRunningReason.UNPAUSED, atMs);
  }

  /** Stops it, and tells those who listen. */
  stop(reason: number, atMs: number): void {
    this.#enter(DomainState.SHUTOFF, reason, atMs);
    this.id = -1;
    this.#live = undefined;
    this.#ranMs = 0;
    for (const tell of this.#stopListeners) tell();
  }

  /** Tells when it stops; the returned function forgets that. Whoever waits must have it kept. */
  onStop(listener: () => void): () => void {
    this.#stopListeners.add(listener);
    return () => this.#stopListeners.delete(listener);
  }

  /** How long its CPUs have run since it was started. */
  ranMs(nowMs: number): number {
    return this.#ranMs + (this.#runningSince === undefined ? 0 : nowMs - this.#runningSince);
  }

  /** Which definitions a call with these flags (LIVE, CONFIG, neither: what is now) changes or reads first. */
  definitions(flags: number): XmlElement[] {
    const wants = (flag: number) => (flags & flag) !== 0;
    if (!wants(LIVE) && !wants(CONFIG)) return [this.current];
    if (wants(LIVE) && !this.isActive) throw new ServerFailure('OPERATION_INVALID', 'domain is not running');
    if (wants(CONFIG) && !this.isPersistent) {
      throw new ServerFailure('OPERATION_INVALID', 'transient domains do not have any persistent config');
    }
    // Before the config changes, what runs must be its own copy.
    const { current } = this;
    return [...(wants(LIVE) ? [current] : []), ...(wants(CONFIG) ? [this.config] : [])];
  }

  /** OPERATION_INVALID where it does not run. */
  requireActive(): void {
    if (!this.isActive) throw new ServerFailure('OPERATION_INVALID', 'domain is not running');
  }

  #enter(state: number, reason: number, atMs: number): void {
    this.#ranMs = this.ranMs(atMs);
    this.#runningSince = state === DomainState.RUNNING ? atMs : undefined;
    this.state = state;
    this.reason = reason;
  }
}
