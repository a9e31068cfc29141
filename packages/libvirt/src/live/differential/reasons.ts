/** Why procedures and events are not compared by a success of both clients. A reason that no longer holds fails the test. */

const YOUNGER = 'younger than libvirt 9.0, daemon and libvirt-python of Debian 12';
const PASSES_DESCRIPTORS = 'passes file descriptors, which Node cannot';
const AMONG_DAEMONS = 'daemons call it of each other in a tunnelled migration; no client does';
const NO_MEDIATED = 'only mediated devices are made, and no device here can be the parent of one';
const NO_PCI = 'no PCI device here';
const AGENT_BLOCKED = 'the agent here would do it to this machine, so it is told not to';

/** The daemon refuses it here whoever asks, to both clients in the same words. */
export const ALWAYS_REFUSED: Readonly<Record<string, string>> = {
  adminServerUpdateTlsFiles: 'the daemon does not listen to TLS',
  domainAuthorizedSSHKeysGet: AGENT_BLOCKED,
  domainAuthorizedSSHKeysSet: AGENT_BLOCKED,
  domainGetSchedulerParametersFlags: 'QEMU wants control groups; the test driver lacks a flag that each daemon sets',
  domainMigrateStartPostCopy: 'wants a migration under way, for whose end libvirt-python waits',
  domainPMSuspendForDuration: AGENT_BLOCKED,
  domainSetGuestVcpus: AGENT_BLOCKED,
  domainSetLaunchSecurityState: 'wants a processor of AMD with SEV',
  lxcDomainOpenNamespace: 'no container runs; of one that does, it passes file descriptors',
  nodeDeviceCreate: NO_MEDIATED,
  nodeDeviceDefineXML: NO_MEDIATED,
  nodeDeviceDetachFlags: NO_PCI,
  nodeDeviceDettach: NO_PCI,
  nodeDeviceLookupSCSIHostByWWN: 'no Fibre Channel here',
  nodeDeviceReAttach: NO_PCI,
  nodeDeviceReset: NO_PCI,
  nodeDeviceSetAutostart: NO_MEDIATED,
  nodeDeviceUndefine: NO_MEDIATED,
  nodeGetSEVInfo: 'wants a processor of AMD with SEV',
  nodeSuspendForDuration: 'would suspend this machine: asked for a way that no machine has',
  qemuDomainAttach: "QEMU's driver has it no more since libvirt 5.5",
};

/** Called by neither client, or not by both. */
export const NOT_COMPARED: Readonly<Record<string, string>> = {
  adminConnectDaemonShutdown: YOUNGER,
  authPolkit: 'a daemon does not ask root, as whom the taps connect, for it; auth.live.test.ts proves it',
  domainDelThrottleGroup: YOUNGER,
  domainFDAssociate: PASSES_DESCRIPTORS,
  domainGetAutostartOnce: YOUNGER,
  domainGraphicsReload: YOUNGER,
  domainMigrateFinish: 'version 1 of the protocol of migration: only ESX has it',
  domainMigrateFinish2: 'follows domainMigratePrepare2',
  domainMigratePrepare: 'version 1 of the protocol of migration: only ESX has it',
  domainMigratePrepare2: 'the daemon of libvirt 9.0 dies of it (segmentation fault); version 3 took its place',
  domainMigratePrepareTunnel: AMONG_DAEMONS,
  domainMigratePrepareTunnel3: AMONG_DAEMONS,
  domainMigratePrepareTunnel3Params: `${AMONG_DAEMONS}; seen between the two daemons, byte for byte`,
  domainOpenGraphics: PASSES_DESCRIPTORS,
  domainOpenGraphicsFD: PASSES_DESCRIPTORS,
  domainSetAutostartOnce: YOUNGER,
  domainSetSchedulerParametersFlags: 'libvirt-python asks for the old values first, which is refused',
  domainSetThrottleGroup: YOUNGER,
  networkGetMetadata: YOUNGER,
  networkSetMetadata: YOUNGER,
  nodeDeviceUpdate: YOUNGER,
};

/** Event messages that nothing provokes here. */
export const NOT_PROVOKED: Readonly<Record<string, string>> = {
  connectEventConnectionClosed: 'sent by drivers that keep a connection elsewhere, as that of Virtuozzo',
  domainEventBalloonChange: 'wants a balloon driver in the guest',
  domainEventCallbackBalloonChange: 'wants a balloon driver in the guest',
  domainEventCallbackControlError: "wants QEMU's monitor to break",
  domainEventCallbackDeviceRemovalFailed: 'wants a guest that keeps a device',
  domainEventControlError: "wants QEMU's monitor to break",
  domainEventMemoryDeviceSizeChange: 'wants a driver of virtio-mem in the guest',
  domainEventMemoryFailure: 'wants broken memory',
  domainEventNicMACChange: YOUNGER,
  networkEventCallbackMetadataChange: YOUNGER,
  nodeDeviceEventUpdate: 'wants a udev daemon in the private namespaces',
};
