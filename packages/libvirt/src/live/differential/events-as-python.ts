/** Payloads of event messages as libvirt-python's callbacks are given them. */
import type { EventMessages } from '../../generated/events.ts';
import { typedParameters } from './as-python.ts';

type Graphics = EventMessages['domainEventGraphics'];

const address = ({ family, node, service }: Graphics['local']) => ({ family, node, service });
const identity = (subject: Graphics['subject']) => subject.map(({ type, name }) => [type, name]);

/** Fields in the order in which callbacks take them, by the name of the message without what tells its registration. */
const order: Readonly<Record<string, readonly string[]>> = {
  domainEventAgentLifecycle: ['dom', 'state', 'reason'],
  domainEventBlockJob: ['dom', 'path', 'type', 'status'],
  domainEventBlockJob2: ['dom', 'dst', 'type', 'status'],
  domainEventBlockThreshold: ['dom', 'dev', 'path', 'threshold', 'excess'],
  domainEventDeviceAdded: ['dom', 'devAlias'],
  domainEventDeviceRemoved: ['dom', 'devAlias'],
  domainEventDiskChange: ['dom', 'oldSrcPath', 'newSrcPath', 'devAlias', 'reason'],
  domainEventGraphics: ['dom', 'phase', 'local', 'remote', 'authScheme', 'subject'],
  domainEventIoError: ['dom', 'srcPath', 'devAlias', 'action'],
  domainEventIoErrorReason: ['dom', 'srcPath', 'devAlias', 'action', 'reason'],
  domainEventJobCompleted: ['dom', 'params'],
  domainEventLifecycle: ['dom', 'event', 'detail'],
  domainEventMetadataChange: ['dom', 'type', 'nsuri'],
  domainEventMigrationIteration: ['dom', 'iteration'],
  domainEventPmsuspend: ['dom', 'reason'],
  domainEventPmsuspendDisk: ['dom', 'reason'],
  domainEventPmwakeup: ['dom', 'reason'],
  domainEventReboot: ['dom'],
  domainEventRtcChange: ['dom', 'offset'],
  domainEventTrayChange: ['dom', 'devAlias', 'reason'],
  domainEventTunable: ['dom', 'params'],
  domainEventWatchdog: ['dom', 'action'],
  networkEventLifecycle: ['net', 'event', 'detail'],
  nodeDeviceEventLifecycle: ['dev', 'event', 'detail'],
  qemuDomainMonitorEvent: ['dom', 'event', 'seconds', 'micros', 'details'],
  secretEventLifecycle: ['secret', 'event', 'detail'],
  secretEventValueChanged: ['secret'],
  storagePoolEventLifecycle: ['pool', 'event', 'detail'],
  storagePoolEventRefresh: ['pool'],
};

export function eventAsPython(name: string, payload: unknown): unknown[] {
  const { msg, ...rest } = payload as { msg?: object };
  // Before registrations had numbers some reasons were not sent; Python then says 0.
  const fields: Record<string, unknown> = { reason: 0, ...rest, ...msg };
  const names = order[name.replace('Callback', '')];
  if (!names) throw new Error(`${name}: in which order do callbacks take its fields?`);
  return names.map((field) => fieldAsPython(field, fields[field]));
}

function fieldAsPython(field: string, value: unknown): unknown {
  if (field === 'params') return typedParameters(value as Parameters<typeof typedParameters>[0]);
  if (field === 'local' || field === 'remote') return address(value as Graphics['local']);
  return field === 'subject' ? identity(value as Graphics['subject']) : value;
}
