import type { Caller } from '../caller.ts';
import { START_DEADLINE_MS } from '../deadlines.ts';
import type { CallOptions } from '../rpc/pending-call.ts';
import { BackupJob } from './backup-job.ts';
import type { DomainRef } from './domain-ref.ts';

/** Backups of a running domain's disks, full or of what changed since a checkpoint. */
export class DomainBackup {
  readonly #caller: Caller;
  readonly #dom: DomainRef;

  constructor(caller: Caller, dom: DomainRef) {
    this.#caller = caller;
    this.#dom = dom;
  }

  /**
   * Begins a backup as `<domainbackup>` says: `push` writes images and ends by itself, `pull` serves the disks by NBD until
   * `job.end()`. `checkpointXml` makes a checkpoint at the same moment, for the next backup to start from.
   * virDomainBackupBegin; flags: DomainBackupBeginFlags (REUSE_EXTERNAL: the images are there).
   */
  async begin(
    backupXml: string,
    checkpointXml: string | null = null,
    flags = 0,
    options: CallOptions = {},
  ): Promise<BackupJob> {
    const events = await this.#caller.events.subscribe(['domain-job-completed'], { ...options, domain: this.#dom });
    const args = { dom: this.#dom, backup_xml: backupXml, checkpoint_xml: checkpointXml, flags };
    try {
      await this.#caller.call('domainBackupBegin', args, { deadlineMs: START_DEADLINE_MS, ...options });
    } catch (error) {
      await events.close();
      throw error;
    }
    return new BackupJob(this.#caller, this.#dom, events);
  }

  /** The backup under way as `<domainbackup>`, with the ports and export names that were chosen; virDomainBackupGetXMLDesc. */
  async getXMLDesc(options?: CallOptions): Promise<string> {
    return (await this.#caller.call('domainBackupGetXMLDesc', { dom: this.#dom, flags: 0 }, options)).xml;
  }
}
