import type { Caller } from '../caller.ts';
import { COPY_DEADLINE_MS } from '../deadlines.ts';
import { DomainCoreDumpFormat } from '../generated/enums.ts';
import type { CallOptions } from '../rpc/pending-call.ts';
import type { Hyper } from '../xdr/index.ts';
import type { DomainRef } from './domain-ref.ts';

/** The memory of one domain: put to disk, dumped, looked at. */
export class DomainMemory {
  readonly #caller: Caller;
  readonly #dom: DomainRef;

  constructor(caller: Caller, dom: DomainRef) {
    this.#caller = caller;
    this.#dom = dom;
  }

  /** Stops it, its memory kept where the next start finds it; virDomainManagedSave; flags: DomainSaveRestoreFlags. */
  async managedSave(flags = 0, options: CallOptions = {}): Promise<void> {
    const slow = { deadlineMs: COPY_DEADLINE_MS, ...options };
    await this.#caller.call('domainManagedSave', { dom: this.#dom, flags }, slow);
  }

  /** virDomainHasManagedSaveImage */
  async hasManagedSaveImage(options?: CallOptions): Promise<boolean> {
    return (await this.#caller.call('domainHasManagedSaveImage', { dom: this.#dom, flags: 0 }, options)).result === 1;
  }

  /** The next start is a boot; virDomainManagedSaveRemove. */
  async managedSaveRemove(options?: CallOptions): Promise<void> {
    await this.#caller.call('domainManagedSaveRemove', { dom: this.#dom, flags: 0 }, options);
  }

  /** The definition that the next start takes; virDomainManagedSaveGetXMLDesc; flags: DomainSaveImageXMLFlags (SECURE). */
  async managedSaveGetXMLDesc(flags = 0, options?: CallOptions): Promise<string> {
    return (await this.#caller.call('domainManagedSaveGetXMLDesc', { dom: this.#dom, flags }, options)).xml;
  }

  /** Changes it, e.g. the paths of disks; virDomainManagedSaveDefineXML; flags: DomainSaveRestoreFlags (RUNNING, PAUSED). */
  async managedSaveDefineXML(xml: string, flags = 0, options?: CallOptions): Promise<void> {
    await this.#caller.call('domainManagedSaveDefineXML', { dom: this.#dom, dxml: xml, flags }, options);
  }

  /** Saves to a file on the host and stops; `Domains.restore()` goes on. virDomainSaveFlags; flags: DomainSaveRestoreFlags. */
  async save(to: string, xml: string | null = null, flags = 0, options: CallOptions = {}): Promise<void> {
    const slow = { deadlineMs: COPY_DEADLINE_MS, ...options };
    await this.#caller.call('domainSaveFlags', { dom: this.#dom, to, dxml: xml, flags }, slow);
  }

  /** Writes it to a file on the host, for a debugger; virDomainCoreDumpWithFormat; flags: DomainCoreDumpFlags (MEMORY_ONLY, LIVE, …). */
  async coreDump(
    to: string,
    format: keyof typeof DomainCoreDumpFormat = 'RAW',
    flags = 0,
    options: CallOptions = {},
  ): Promise<void> {
    const args = { dom: this.#dom, to, dumpformat: DomainCoreDumpFormat[format], flags };
    await this.#caller.call('domainCoreDumpWithFormat', args, { deadlineMs: COPY_DEADLINE_MS, ...options });
  }

  /** Up to 4 MiB of it; virDomainMemoryPeek; flags: DomainMemoryFlags (VIRTUAL 1, PHYSICAL 2). */
  async peek(offset: Hyper, sizeBytes: number, flags: number, options?: CallOptions): Promise<Uint8Array> {
    const args = { dom: this.#dom, offset, size: sizeBytes, flags };
    return (await this.#caller.call('domainMemoryPeek', args, options)).buffer;
  }

  /** How often the balloon asks the guest, for `domain.stats.memory()`; 0: never. virDomainSetMemoryStatsPeriod */
  async setStatsPeriod(periodSeconds: number, flags = 0, options?: CallOptions): Promise<void> {
    await this.#caller.call('domainSetMemoryStatsPeriod', { dom: this.#dom, period: periodSeconds, flags }, options);
  }

  /**
   * Measures how fast the guest writes (1 to 60 s); `Domains.getAllDomainStats()` with DomainStatsTypes DIRTYRATE tells then.
   * virDomainStartDirtyRateCalc; flags: DomainDirtyRateCalcFlags.
   */
  async startDirtyRateCalc(seconds: number, flags = 0, options?: CallOptions): Promise<void> {
    await this.#caller.call('domainStartDirtyRateCalc', { dom: this.#dom, seconds, flags }, options);
  }
}
