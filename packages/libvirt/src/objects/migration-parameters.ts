import type { RemoteTypedParam } from '../generated/remote.ts';
import { fromTypedParameters, type TypedParameter } from '../typed-parameters.ts';
import type { Hyper } from '../xdr/index.ts';

/** VIR_MIGRATE_PARAM_*, by their names on the wire. */
export interface MigrationParameters {
  /** Where the target's hypervisor listens, as the source reaches it: `tcp://b.example`, `unix:///a.sock`. Default: by its hostname. */
  readonly migrate_uri?: string | undefined;
  /** The address to listen at; default all. */
  readonly listen_address?: string | undefined;
  /** Another name there; drivers that cannot rename refuse it. */
  readonly destination_name?: string | undefined;
  /** Domain XML for there; only what concerns the host may differ, e.g. paths of disks. */
  readonly destination_xml?: string | undefined;
  /** The definition that is kept there, with PERSIST_DEST. */
  readonly persistent_xml?: string | undefined;
  /** MiB/s */
  readonly bandwidth?: Hyper | undefined;
  /** MiB/s after the switch to post-copy; default no limit. */
  readonly 'bandwidth.postcopy'?: Hyper | undefined;
  /** Targets (`vda`) to copy with NON_SHARED_DISK or NON_SHARED_INC; default all that can be written. */
  readonly migrate_disks?: readonly string[] | undefined;
  /** Of `migrate_disks`, those whose zeros become holes; from libvirt 10.9 on. */
  readonly migrate_disks_detect_zeroes?: readonly string[] | undefined;
  /** Where disks are copied to: a port at the target, or `tcp://b.example:port`, `unix:///a.sock`. */
  readonly disks_port?: number | undefined;
  /** The same as an address: `tcp://b.example:port`, `unix:///a.sock`. */
  readonly disks_uri?: string | undefined;
  /** `spice://host:port?tlsPort=…`: where clients of the screen shall reconnect. */
  readonly graphics_uri?: string | undefined;
  /** Methods for the flag COMPRESSED: `xbzrle`, `mt`, `zlib`, `zstd`. */
  readonly compression?: readonly string[] | undefined;
  /** 0 to 9 */
  readonly 'compression.mt.level'?: number | undefined;
  /** Threads that compress. */
  readonly 'compression.mt.threads'?: number | undefined;
  /** Threads that decompress. */
  readonly 'compression.mt.dthreads'?: number | undefined;
  /** Bytes */
  readonly 'compression.xbzrle.cache'?: Hyper | undefined;
  /** 0 to 9 */
  readonly 'compression.zlib.level'?: number | undefined;
  /** 0 to 20 */
  readonly 'compression.zstd.level'?: number | undefined;
  /** Per cent by which the guest's CPUs are slowed down at first, and more each time; with AUTO_CONVERGE. */
  readonly 'auto_converge.initial'?: number | undefined;
  /** Per cent by which they are slowed down more each time. */
  readonly 'auto_converge.increment'?: number | undefined;
  /** With PARALLEL. */
  readonly 'parallel.connections'?: number | undefined;
  /** The host name that the target's certificate shows, with TLS. */
  readonly 'tls.destination'?: string | undefined;
}

const types: Record<keyof MigrationParameters, TypedParameter['type']> = {
  migrate_uri: 'STRING',
  listen_address: 'STRING',
  destination_name: 'STRING',
  destination_xml: 'STRING',
  persistent_xml: 'STRING',
  bandwidth: 'ULLONG',
  'bandwidth.postcopy': 'ULLONG',
  migrate_disks: 'STRING',
  migrate_disks_detect_zeroes: 'STRING',
  disks_port: 'INT',
  disks_uri: 'STRING',
  graphics_uri: 'STRING',
  compression: 'STRING',
  'compression.mt.level': 'INT',
  'compression.mt.threads': 'INT',
  'compression.mt.dthreads': 'INT',
  'compression.xbzrle.cache': 'ULLONG',
  'compression.zlib.level': 'INT',
  'compression.zstd.level': 'INT',
  'auto_converge.initial': 'INT',
  'auto_converge.increment': 'INT',
  'parallel.connections': 'INT',
  'tls.destination': 'STRING',
};

/** A list becomes one parameter per item, all of the same name. */
export function migrationParameters(parameters: MigrationParameters): RemoteTypedParam[] {
  return Object.entries(types).flatMap(([field, type]) => {
    const value: unknown = parameters[field as keyof MigrationParameters];
    const values: unknown[] = Array.isArray(value) ? value : value === undefined ? [] : [value];
    // Type and value belong together by the interface above; a loop over the table cannot show it.
    return values.flatMap((each) => fromTypedParameters({ [field]: { type, value: each } as TypedParameter }));
  });
}
