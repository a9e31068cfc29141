export type { AdminCaller, AdminProcedureName } from './admin/admin-caller.ts';
export { AdminClient } from './admin/admin-client.ts';
export {
  AdminConnection,
  type AdminOptions,
  connectAdmin,
} from './admin/admin-connection.ts';
export { AdminServer, type ClientLimits, type ThreadpoolParameters } from './admin/admin-server.ts';
export type { AttemptOptions } from './attempt.ts';
export type { CredentialRequest, Credentials, CredentialsCallback } from './auth/credentials.ts';
export type { ArgsOf, Caller, CallParameters, ProcedureName, RetOf, StreamOptions } from './caller.ts';
export { Connection, type ConnectOptions, connect } from './connection.ts';
export {
  type ClientErrorCode,
  type ConnectPhase,
  isLibvirtError,
  LibvirtError,
  type LibvirtErrorCode,
  type LibvirtErrorDetails,
  type ServerErrorCode,
} from './errors.ts';
export type { OverflowNotice } from './events/event-queue.ts';
export type { Events } from './events/events.ts';
export { allEventKinds, type EventKind, type LibvirtEvent } from './events/kinds.ts';
export type { EventSource, EventSubscription, SubscribeOptions } from './events/subscription.ts';
/** libvirt's public enums: states, reasons, flags. */
export * as enums from './generated/enums.ts';
export type { BackupJob } from './objects/backup-job.ts';
export type { BlockJob, BlockJobInfo } from './objects/block-job.ts';
export { Domain, type DomainInfo } from './objects/domain.ts';
export type { DomainBackup } from './objects/domain-backup.ts';
export type {
  BlockCopyOptions,
  BlockJobOptions,
  DomainBlockJobs,
  ImageRange,
} from './objects/domain-block-jobs.ts';
export { Checkpoint, type DomainCheckpoints } from './objects/domain-checkpoints.ts';
export type { DomainCpus, IOThreadInfo, VcpuInfo } from './objects/domain-cpus.ts';
export type { BlockInfo, DomainDevices } from './objects/domain-devices.ts';
export type { DomainGuest, DomainInterface, FSInfo } from './objects/domain-guest.ts';
export type { DomainJob, JobStats } from './objects/domain-job.ts';
export type { DomainMemory } from './objects/domain-memory.ts';
export type { DomainMigration, MigrationOptions, MigrationTarget } from './objects/domain-migration.ts';
export type { DomainRef } from './objects/domain-ref.ts';
export type { DomainSecurity, SecurityLabel } from './objects/domain-security.ts';
export { type DomainSnapshots, Snapshot } from './objects/domain-snapshots.ts';
export { type StateReason, stateReason } from './objects/domain-state.ts';
export type { DomainStats, InterfaceStats } from './objects/domain-stats.ts';
export type { DomainTuning } from './objects/domain-tuning.ts';
export type { DomainStatsRecord, Domains } from './objects/domains.ts';
export type { DomainCapabilitiesQuery, Host, NodeInfo } from './objects/host.ts';
export { Interface, type Interfaces } from './objects/interfaces.ts';
export type { JobWaitOptions } from './objects/job-wait.ts';
export type { Metadata } from './objects/metadata.ts';
export type { MigrationParameters } from './objects/migration-parameters.ts';
export { NetworkPort, type NetworkPorts } from './objects/network-ports.ts';
export { type DHCPLease, Network, type Networks } from './objects/networks.ts';
export { NodeDevice, type NodeDevices } from './objects/node-devices.ts';
export { NWFilterBinding, type NWFilterBindings } from './objects/nwfilter-bindings.ts';
export { NWFilter, type NWFilters } from './objects/nwfilters.ts';
export type { ProgressOptions } from './objects/progress.ts';
export { Secret, type Secrets } from './objects/secrets.ts';
export { StoragePool, type StoragePoolInfo, type StoragePools } from './objects/storage-pools.ts';
export {
  type FileTransfer,
  StorageVolume,
  type StorageVolumeInfo,
  type StorageVolumes,
  type VolumeRange,
} from './objects/storage-volumes.ts';
export { ReconnectingConnection, type ReconnectingEvent, type ReconnectOptions } from './reconnecting.ts';
export type { KeepaliveOptions } from './rpc/keepalive.ts';
export type { CallOptions } from './rpc/pending-call.ts';
export type { FileTransferOptions } from './streams/file-transfer.ts';
export { toDuplex, toReadable, toWritable } from './streams/node-streams.ts';
export type { PacketStream, StreamPacket } from './streams/packet-stream.ts';
export type { Transport } from './transport/transport.ts';
export { unixTransport } from './transport/unix.ts';
export { type LibvirtUri, parseUri, type TransportName } from './transport/uri.ts';
export type { ClientParameters } from './transport/uri-parameters.ts';
export {
  fromTypedParameters,
  type TypedParameter,
  type TypedParameters,
  type TypedValues,
  toTypedParameters,
  toTypedValues,
} from './typed-parameters.ts';
export type { Version } from './version.ts';
export type { Hyper } from './xdr/hyper.ts';
export * from './xml/index.ts';
