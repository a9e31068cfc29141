/** Payloads of event messages as libvirt-python's callbacks are given them. */
import type { EventMessages } from '../../generated/events.ts';
import { typedParameters } from './as-python.ts';

type Shapes = { [Name in keyof EventMessages]?: (payload: EventMessages[Name]) => unknown[] };
type Graphics = EventMessages['domainEventGraphics'];

const address = ({ family, node, service }: Graphics['local']) => ({ family, node, service });
const graphics = ({ dom, phase, local, remote, authScheme, subject }: Graphics) => [
  dom,
  phase,
  address(local),
  address(remote),
  authScheme,
  subject.map(({ type, name }) => [type, name]),
];

/** The wire leaves the reason out, or tells it beside; to Python it comes last. */
const withReason = ({ dom }: EventMessages['domainEventPmsuspend'], reason = 0) => [dom, reason];

/** Where it is not the list of the message's fields in their order. */
const shapes: Shapes = {
  domainEventGraphics: graphics,
  domainEventCallbackGraphics: ({ msg }) => graphics(msg),
  domainEventPmwakeup: (msg) => withReason(msg),
  domainEventPmsuspend: (msg) => withReason(msg),
  domainEventPmsuspendDisk: (msg) => withReason(msg),
  domainEventCallbackPmwakeup: ({ msg, reason }) => withReason(msg, reason),
  domainEventCallbackPmsuspend: ({ msg, reason }) => withReason(msg, reason),
  domainEventCallbackPmsuspendDisk: ({ msg, reason }) => withReason(msg, reason),
  domainEventCallbackTunable: ({ dom, params }) => [dom, typedParameters(params)],
  domainEventCallbackJobCompleted: ({ dom, params }) => [dom, typedParameters(params)],
};

export function eventAsPython(name: string, payload: unknown): unknown[] {
  const shape = shapes[name as keyof EventMessages] as ((payload: unknown) => unknown[]) | undefined;
  if (shape) return shape(payload);
  const { callbackID: _, ...fields } = payload as Record<string, unknown>;
  return Object.values((fields['msg'] as object | undefined) ?? fields);
}
