/** The events that a simulated host sends, in all the forms that clients register for. */
import {
  DomainEventID,
  DomainEventType,
  NetworkEventID,
  type NetworkEventLifecycleType,
  SecretEventID,
  type SecretEventLifecycleType,
  StoragePoolEventID,
  type StoragePoolEventLifecycleType,
} from '../../generated/enums.ts';
import type {
  RemoteNonnullDomain,
  RemoteNonnullNetwork,
  RemoteNonnullSecret,
  RemoteNonnullStoragePool,
} from '../../generated/remote.ts';
import type { HostEvent } from '../event-registry.ts';

type ValueOf<T> = T[keyof T];

/** `detail`: of the virDomainEvent…DetailType that belongs to the event. */
export function domainLifecycle(
  dom: RemoteNonnullDomain,
  event: keyof typeof DomainEventType,
  detail: number,
): HostEvent {
  const msg = { dom, event: DomainEventType[event], detail };
  return {
    registrar: 'domain',
    eventID: DomainEventID.LIFECYCLE,
    about: dom.uuid,
    send: (to, callbackID) => to.emit('domainEventCallbackLifecycle', { callbackID, msg }),
    sendPlain: (to) => to.emit('domainEventLifecycle', msg),
  };
}

export function domainReboot(dom: RemoteNonnullDomain): HostEvent {
  return {
    registrar: 'domain',
    eventID: DomainEventID.REBOOT,
    about: dom.uuid,
    send: (to, callbackID) => to.emit('domainEventCallbackReboot', { callbackID, msg: { dom } }),
    sendPlain: (to) => to.emit('domainEventReboot', { dom }),
  };
}

export function balloonChange(dom: RemoteNonnullDomain, actualKiB: number): HostEvent {
  const msg = { dom, actual: actualKiB };
  return {
    registrar: 'domain',
    eventID: DomainEventID.BALLOON_CHANGE,
    about: dom.uuid,
    send: (to, callbackID) => to.emit('domainEventCallbackBalloonChange', { callbackID, msg }),
    sendPlain: (to) => to.emit('domainEventBalloonChange', msg),
  };
}

export function deviceAdded(dom: RemoteNonnullDomain, devAlias: string): HostEvent {
  return {
    registrar: 'domain',
    eventID: DomainEventID.DEVICE_ADDED,
    about: dom.uuid,
    send: (to, callbackID) => to.emit('domainEventCallbackDeviceAdded', { callbackID, dom, devAlias }),
  };
}

export function deviceRemoved(dom: RemoteNonnullDomain, devAlias: string): HostEvent {
  const msg = { dom, devAlias };
  return {
    registrar: 'domain',
    eventID: DomainEventID.DEVICE_REMOVED,
    about: dom.uuid,
    send: (to, callbackID) => to.emit('domainEventCallbackDeviceRemoved', { callbackID, msg }),
    sendPlain: (to) => to.emit('domainEventDeviceRemoved', msg),
  };
}

export function metadataChange(dom: RemoteNonnullDomain, type: number, nsuri: string | null): HostEvent {
  return {
    registrar: 'domain',
    eventID: DomainEventID.METADATA_CHANGE,
    about: dom.uuid,
    send: (to, callbackID) => to.emit('domainEventCallbackMetadataChange', { callbackID, dom, type, nsuri }),
  };
}

export function networkLifecycle(
  net: RemoteNonnullNetwork,
  event: ValueOf<typeof NetworkEventLifecycleType>,
): HostEvent {
  return {
    registrar: 'network',
    eventID: NetworkEventID.LIFECYCLE,
    about: net.uuid,
    send: (to, callbackID) => to.emit('networkEventLifecycle', { callbackID, net, event, detail: 0 }),
  };
}

export function poolLifecycle(
  pool: RemoteNonnullStoragePool,
  event: ValueOf<typeof StoragePoolEventLifecycleType>,
): HostEvent {
  return {
    registrar: 'storagePool',
    eventID: StoragePoolEventID.LIFECYCLE,
    about: pool.uuid,
    send: (to, callbackID) => to.emit('storagePoolEventLifecycle', { callbackID, pool, event, detail: 0 }),
  };
}

export function poolRefresh(pool: RemoteNonnullStoragePool): HostEvent {
  return {
    registrar: 'storagePool',
    eventID: StoragePoolEventID.REFRESH,
    about: pool.uuid,
    send: (to, callbackID) => to.emit('storagePoolEventRefresh', { callbackID, pool }),
  };
}

export function secretLifecycle(
  secret: RemoteNonnullSecret,
  event: ValueOf<typeof SecretEventLifecycleType>,
): HostEvent {
  return {
    registrar: 'secret',
    eventID: SecretEventID.LIFECYCLE,
    about: secret.uuid,
    send: (to, callbackID) => to.emit('secretEventLifecycle', { callbackID, secret, event, detail: 0 }),
  };
}

export function secretValueChanged(secret: RemoteNonnullSecret): HostEvent {
  return {
    registrar: 'secret',
    eventID: SecretEventID.VALUE_CHANGED,
    about: secret.uuid,
    send: (to, callbackID) => to.emit('secretEventValueChanged', { callbackID, secret }),
  };
}
