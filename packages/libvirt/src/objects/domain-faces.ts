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
  readonly ref: DomainRef;

  constructor(caller: Caller, ref: DomainRef) {
    this.#caller = caller;
    this.ref = ref;
  }

  get backup(): DomainBackup {
    return new DomainBackup(this.#caller, this.ref);
  }

  get blockJobs(): DomainBlockJobs {
    return new DomainBlockJobs(this.#caller, this.ref);
  }

  get checkpoints(): DomainCheckpoints {
    return new DomainCheckpoints(this.#caller, this.ref);
  }

  get cpus(): DomainCpus {
    return new DomainCpus(this.#caller, this.ref);
  }

  get devices(): DomainDevices {
    return new DomainDevices(this.#caller, this.ref);
  }

  get guest(): DomainGuest {
    return new DomainGuest(this.#caller, this.ref);
  }

  get job(): DomainJob {
    return new DomainJob(this.#caller, this.ref);
  }

  get memory(): DomainMemory {
    return new DomainMemory(this.#caller, this.ref);
  }

  get metadata(): Metadata {
    return new Metadata({
      get: (query, options) => this.#caller.call('domainGetMetadata', { dom: this.ref, ...query }, options),
      set: (change, options) => this.#caller.call('domainSetMetadata', { dom: this.ref, ...change }, options),
    });
  }

  get migration(): DomainMigration {
    return new DomainMigration(this.#caller, this.ref);
  }

  get security(): DomainSecurity {
    return new DomainSecurity(this.#caller, this.ref);
  }

  get snapshots(): DomainSnapshots {
    return new DomainSnapshots(this.#caller, this.ref);
  }

  get stats(): DomainStats {
    return new DomainStats(this.#caller, this.ref);
  }

  get tuning(): DomainTuning {
    return new DomainTuning(this.#caller, this.ref);
  }
}
