/** Every kind of event: how it is registered, which message carries it, and how it looks to the user. */
import { enumName } from '../enum-name.ts';
import * as enums from '../generated/enums.ts';
import type { EventMessages } from '../generated/events.ts';
import { toTypedValues } from '../typed-parameters.ts';

export type Registrar = 'domain' | 'network' | 'storagePool' | 'nodeDevice' | 'secret';

interface Kind<Name extends keyof EventMessages, Shape extends object> {
  readonly registrar: Registrar;
  readonly eventID: number;
  readonly message: Name;
  readonly shape: (payload: EventMessages[Name]) => Shape;
}

function kind<Name extends keyof EventMessages, Shape extends object>(
  registrar: Registrar,
  eventID: number,
  message: Name,
  shape: (payload: EventMessages[Name]) => Shape,
): Kind<Name, Shape> {
  return { registrar, eventID, message, shape };
}

const DOMAIN = enums.DomainEventID;
const lifecycleDetails: Record<string, Readonly<Record<string, number>>> = {
  DEFINED: enums.DomainEventDefinedDetailType,
  UNDEFINED: enums.DomainEventUndefinedDetailType,
  STARTED: enums.DomainEventStartedDetailType,
  SUSPENDED: enums.DomainEventSuspendedDetailType,
  RESUMED: enums.DomainEventResumedDetailType,
  STOPPED: enums.DomainEventStoppedDetailType,
  SHUTDOWN: enums.DomainEventShutdownDetailType,
  PMSUSPENDED: enums.DomainEventPMSuspendedDetailType,
  CRASHED: enums.DomainEventCrashedDetailType,
};

function domainLifecycle({
  dom,
  event,
  detail,
}: {
  dom: EventMessages['domainEventLifecycle']['dom'];
  event: number;
  detail: number;
}) {
  const name = enumName(enums.DomainEventType, event);
  return { domain: dom, event: name, detail: enumName(lifecycleDetails[name] ?? {}, detail) };
}

export const eventKinds = {
  'domain-lifecycle': kind('domain', DOMAIN.LIFECYCLE, 'domainEventCallbackLifecycle', ({ msg }) =>
    domainLifecycle(msg),
  ),
  'domain-reboot': kind('domain', DOMAIN.REBOOT, 'domainEventCallbackReboot', ({ msg }) => ({ domain: msg.dom })),
  'domain-rtc-change': kind('domain', DOMAIN.RTC_CHANGE, 'domainEventCallbackRtcChange', ({ msg }) => ({
    domain: msg.dom,
    offsetSeconds: Number(msg.offset),
  })),
  'domain-watchdog': kind('domain', DOMAIN.WATCHDOG, 'domainEventCallbackWatchdog', ({ msg }) => ({
    domain: msg.dom,
    action: enumName(enums.DomainEventWatchdogAction, msg.action),
  })),
  'domain-io-error': kind('domain', DOMAIN.IO_ERROR_REASON, 'domainEventCallbackIoErrorReason', ({ msg }) => ({
    domain: msg.dom,
    srcPath: msg.srcPath,
    devAlias: msg.devAlias,
    action: enumName(enums.DomainEventIOErrorAction, msg.action),
    reason: msg.reason,
  })),
  'domain-graphics': kind('domain', DOMAIN.GRAPHICS, 'domainEventCallbackGraphics', ({ msg }) => ({
    domain: msg.dom,
    phase: enumName(enums.DomainEventGraphicsPhase, msg.phase),
    local: msg.local,
    remote: msg.remote,
    authScheme: msg.authScheme,
    subject: msg.subject,
  })),
  'domain-control-error': kind('domain', DOMAIN.CONTROL_ERROR, 'domainEventCallbackControlError', ({ msg }) => ({
    domain: msg.dom,
  })),
  /** `disk` is the target, e.g. `vda`. */
  'domain-block-job': kind('domain', DOMAIN.BLOCK_JOB_2, 'domainEventBlockJob2', ({ dom, dst, type, status }) => ({
    domain: dom,
    disk: dst,
    type: enumName(enums.DomainBlockJobType, type),
    status: enumName(enums.ConnectDomainEventBlockJobStatus, status),
  })),
  'domain-disk-change': kind('domain', DOMAIN.DISK_CHANGE, 'domainEventCallbackDiskChange', ({ msg }) => ({
    domain: msg.dom,
    oldSrcPath: msg.oldSrcPath,
    newSrcPath: msg.newSrcPath,
    devAlias: msg.devAlias,
    reason: enumName(enums.ConnectDomainEventDiskChangeReason, msg.reason),
  })),
  'domain-tray-change': kind('domain', DOMAIN.TRAY_CHANGE, 'domainEventCallbackTrayChange', ({ msg }) => ({
    domain: msg.dom,
    devAlias: msg.devAlias,
    reason: enumName(enums.DomainEventTrayChangeReason, msg.reason),
  })),
  'domain-pm-wakeup': kind('domain', DOMAIN.PMWAKEUP, 'domainEventCallbackPmwakeup', ({ msg }) => ({
    domain: msg.dom,
  })),
  'domain-pm-suspend': kind('domain', DOMAIN.PMSUSPEND, 'domainEventCallbackPmsuspend', ({ msg }) => ({
    domain: msg.dom,
  })),
  'domain-pm-suspend-disk': kind('domain', DOMAIN.PMSUSPEND_DISK, 'domainEventCallbackPmsuspendDisk', ({ msg }) => ({
    domain: msg.dom,
  })),
  'domain-balloon-change': kind('domain', DOMAIN.BALLOON_CHANGE, 'domainEventCallbackBalloonChange', ({ msg }) => ({
    domain: msg.dom,
    actualKiB: Number(msg.actual),
  })),
  'domain-device-removed': kind('domain', DOMAIN.DEVICE_REMOVED, 'domainEventCallbackDeviceRemoved', ({ msg }) => ({
    domain: msg.dom,
    devAlias: msg.devAlias,
  })),
  'domain-device-added': kind('domain', DOMAIN.DEVICE_ADDED, 'domainEventCallbackDeviceAdded', ({ dom, devAlias }) => ({
    domain: dom,
    devAlias,
  })),
  'domain-device-removal-failed': kind(
    'domain',
    DOMAIN.DEVICE_REMOVAL_FAILED,
    'domainEventCallbackDeviceRemovalFailed',
    ({ dom, devAlias }) => ({
      domain: dom,
      devAlias,
    }),
  ),
  'domain-tunable': kind('domain', DOMAIN.TUNABLE, 'domainEventCallbackTunable', ({ dom, params }) => ({
    domain: dom,
    params: toTypedValues(params),
  })),
  'domain-agent-lifecycle': kind(
    'domain',
    DOMAIN.AGENT_LIFECYCLE,
    'domainEventCallbackAgentLifecycle',
    ({ dom, state, reason }) => ({
      domain: dom,
      state: enumName(enums.ConnectDomainEventAgentLifecycleState, state),
      reason: enumName(enums.ConnectDomainEventAgentLifecycleReason, reason),
    }),
  ),
  'domain-migration-iteration': kind(
    'domain',
    DOMAIN.MIGRATION_ITERATION,
    'domainEventCallbackMigrationIteration',
    ({ dom, iteration }) => ({
      domain: dom,
      iteration,
    }),
  ),
  'domain-job-completed': kind(
    'domain',
    DOMAIN.JOB_COMPLETED,
    'domainEventCallbackJobCompleted',
    ({ dom, params }) => ({
      domain: dom,
      params: toTypedValues(params),
    }),
  ),
  'domain-metadata-change': kind(
    'domain',
    DOMAIN.METADATA_CHANGE,
    'domainEventCallbackMetadataChange',
    ({ dom, type, nsuri }) => ({
      domain: dom,
      type: enumName(enums.DomainMetadataType, type),
      nsuri,
    }),
  ),
  'domain-block-threshold': kind('domain', DOMAIN.BLOCK_THRESHOLD, 'domainEventBlockThreshold', (payload) => ({
    domain: payload.dom,
    dev: payload.dev,
    path: payload.path,
    thresholdBytes: Number(payload.threshold),
    excessBytes: Number(payload.excess),
  })),
  'domain-memory-failure': kind(
    'domain',
    DOMAIN.MEMORY_FAILURE,
    'domainEventMemoryFailure',
    ({ dom, recipient, action, flags }) => ({
      domain: dom,
      recipient: enumName(enums.DomainMemoryFailureRecipientType, recipient),
      action: enumName(enums.DomainMemoryFailureActionType, action),
      flags,
    }),
  ),
  'domain-memory-device-size-change': kind(
    'domain',
    DOMAIN.MEMORY_DEVICE_SIZE_CHANGE,
    'domainEventMemoryDeviceSizeChange',
    ({ dom, alias, size }) => ({
      domain: dom,
      alias,
      sizeKiB: Number(size),
    }),
  ),
  'domain-nic-mac-change': kind(
    'domain',
    DOMAIN.NIC_MAC_CHANGE,
    'domainEventNicMACChange',
    ({ dom, alias, oldMAC, newMAC }) => ({
      domain: dom,
      alias,
      oldMAC,
      newMAC,
    }),
  ),
  'network-lifecycle': kind('network', enums.NetworkEventID.LIFECYCLE, 'networkEventLifecycle', ({ net, event }) => ({
    network: net,
    event: enumName(enums.NetworkEventLifecycleType, event),
  })),
  'network-metadata-change': kind(
    'network',
    enums.NetworkEventID.METADATA_CHANGE,
    'networkEventCallbackMetadataChange',
    ({ net, type, nsuri }) => ({
      network: net,
      type,
      nsuri,
    }),
  ),
  'storage-pool-lifecycle': kind(
    'storagePool',
    enums.StoragePoolEventID.LIFECYCLE,
    'storagePoolEventLifecycle',
    ({ pool, event }) => ({
      pool,
      event: enumName(enums.StoragePoolEventLifecycleType, event),
    }),
  ),
  'storage-pool-refresh': kind(
    'storagePool',
    enums.StoragePoolEventID.REFRESH,
    'storagePoolEventRefresh',
    ({ pool }) => ({ pool }),
  ),
  'node-device-lifecycle': kind(
    'nodeDevice',
    enums.NodeDeviceEventID.LIFECYCLE,
    'nodeDeviceEventLifecycle',
    ({ dev, event }) => ({
      device: dev,
      event: enumName(enums.NodeDeviceEventLifecycleType, event),
    }),
  ),
  'node-device-update': kind('nodeDevice', enums.NodeDeviceEventID.UPDATE, 'nodeDeviceEventUpdate', ({ dev }) => ({
    device: dev,
  })),
  'secret-lifecycle': kind('secret', enums.SecretEventID.LIFECYCLE, 'secretEventLifecycle', ({ secret, event }) => ({
    secret,
    event: enumName(enums.SecretEventLifecycleType, event),
  })),
  'secret-value-changed': kind(
    'secret',
    enums.SecretEventID.VALUE_CHANGED,
    'secretEventValueChanged',
    ({ secret }) => ({ secret }),
  ),
};

/** `domain-lifecycle`, `network-lifecycle`, …: VIR_DOMAIN_EVENT_ID_* and its like. */
export type EventKind = keyof typeof eventKinds;

/** An event: its kind and the fields of that kind. */
export type LibvirtEvent<K extends EventKind = EventKind> = {
  [Each in K]: { readonly kind: Each } & Readonly<ReturnType<(typeof eventKinds)[Each]['shape']>>;
}[K];

/** Every kind that libvirt 11.3 has. */
export const allEventKinds = Object.keys(eventKinds) as EventKind[];
