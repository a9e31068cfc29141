import type { Caller } from '../caller.ts';
import { DomainBackup } from './domain-backup.ts';
import { DomainBlockJobs } from './domain-block-jobs.ts';
import { DomainCheckpoints } from './domain-checkpoints.ts';
import { DomainCpus } from './domain-cpus.ts';
import { DomainDevices } from './domain-devices.ts';
import { DomainGuest } from './domain-guest.ts';
import { DomainJob } from './domain-job.ts';
import { DomainMemory } from './domain-memory.ts';
import { DomainMigration } from './domain-migration.ts';
import type { DomainRef } from './domain-ref.ts';
import { DomainSecurity } from './domain-security.ts';
import { DomainSnapshots } from './domain-snapshots.ts';
import { DomainStats } from './domain-stats.ts';
import { DomainTuning } from './domain-tuning.ts';
import { Metadata } from './metadata.ts';

/** The parts of a domain's face; each is made when it is asked for, so that a list of a thousand domains pays for none. */
export class DomainFaces {
  readonly #caller: Caller;
  /** How the wire names it; its `id` is that of the moment when it was asked for. */
  readonly ref: DomainRef;

  constructor(caller: Caller, ref: DomainRef) {
    this.#caller = caller;
    this.ref = ref;
  }

  /** Backups of its disks. */
  get backup(): DomainBackup {
    return new DomainBackup(this.#caller, this.ref);
  }

  /** Jobs that copy, commit and pull its disks. */
  get blockJobs(): DomainBlockJobs {
    return new DomainBlockJobs(this.#caller, this.ref);
  }

  /** Moments from which on changes of its disks are remembered. */
  get checkpoints(): DomainCheckpoints {
    return new DomainCheckpoints(this.#caller, this.ref);
  }

  /** Virtual CPUs, and where they run. */
  get cpus(): DomainCpus {
    return new DomainCpus(this.#caller, this.ref);
  }

  /** Devices: hot-plug, changes, disks. */
  get devices(): DomainDevices {
    return new DomainDevices(this.#caller, this.ref);
  }

  /** What the guest itself tells, or is asked by its agent. */
  get guest(): DomainGuest {
    return new DomainGuest(this.#caller, this.ref);
  }

  /** The long work that is under way: migration, save, backup. */
  get job(): DomainJob {
    return new DomainJob(this.#caller, this.ref);
  }

  /** Sizes of its memory. */
  get memory(): DomainMemory {
    return new DomainMemory(this.#caller, this.ref);
  }

  /** Title, description and foreign XML. */
  get metadata(): Metadata {
    return new Metadata({
      get: (query, options) => this.#caller.call('domainGetMetadata', { dom: this.ref, ...query }, options),
      set: (change, options) => this.#caller.call('domainSetMetadata', { dom: this.ref, ...change }, options),
    });
  }

  /** Moving it to another host. */
  get migration(): DomainMigration {
    return new DomainMigration(this.#caller, this.ref);
  }

  /** Launch security and labels. */
  get security(): DomainSecurity {
    return new DomainSecurity(this.#caller, this.ref);
  }

  /** Snapshots of it. */
  get snapshots(): DomainSnapshots {
    return new DomainSnapshots(this.#caller, this.ref);
  }

  /** What it uses. */
  get stats(): DomainStats {
    return new DomainStats(this.#caller, this.ref);
  }

  /** Limits and shares. */
  get tuning(): DomainTuning {
    return new DomainTuning(this.#caller, this.ref);
  }
}
