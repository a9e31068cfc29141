/** The secrets of a host; it has none of its own. */
import { randomUUID } from 'node:crypto';
import {
  SecretEventLifecycleType as EVENT,
  ConnectListAllSecretsFlags as FLAG,
  SecretUsageType,
} from '../../generated/enums.ts';
import type { RemoteNonnullSecret } from '../../generated/remote.ts';
import { attribute, child, formatXml, parseXml, text, type XmlElement } from '../../xml/index.ts';
import { ServerFailure } from '../failure.ts';
import { arrange, completeUuid } from './document.ts';
import type { HostContext } from './domains.ts';
import { secretLifecycle, secretValueChanged } from './events.ts';
import { type FlagGroup, fits } from './list-filter.ts';

/** Where each kind of use says what for. */
const USAGES: Readonly<Record<string, readonly [type: number, element: string]>> = {
  volume: [SecretUsageType.VOLUME, 'volume'],
  ceph: [SecretUsageType.CEPH, 'name'],
  iscsi: [SecretUsageType.ISCSI, 'target'],
  tls: [SecretUsageType.TLS, 'name'],
  vtpm: [SecretUsageType.VTPM, 'name'],
};

export class SimulatedSecret {
  readonly ref: RemoteNonnullSecret;
  config: XmlElement;
  value: Uint8Array | undefined;

  constructor(config: XmlElement) {
    this.config = config;
    const usage = child(config, 'usage');
    const [usageType, where] = USAGES[attribute(usage, 'type') ?? ''] ?? [SecretUsageType.NONE, ''];
    this.ref = { uuid: text(config, 'uuid')!, usageType, usageID: text(usage, where) ?? '' };
  }

  is(which: 'ephemeral' | 'private'): boolean {
    return attribute(this.config, which) === 'yes';
  }

  get xml(): string {
    return `${formatXml(this.config)}\n`;
  }
}

const filters: readonly FlagGroup<SimulatedSecret>[] = [
  [
    [FLAG.EPHEMERAL, (secret) => secret.is('ephemeral')],
    [FLAG.NO_EPHEMERAL, (secret) => !secret.is('ephemeral')],
  ],
  [
    [FLAG.PRIVATE, (secret) => secret.is('private')],
    [FLAG.NO_PRIVATE, (secret) => !secret.is('private')],
  ],
];

export class Secrets {
  readonly #host: HostContext;
  readonly #byUuid = new Map<string, SimulatedSecret>();

  constructor(host: HostContext) {
    this.#host = host;
  }

  list(flags = 0): SimulatedSecret[] {
    return [...this.#byUuid.values()].filter((secret) => fits(secret, flags, filters));
  }

  find(uuid: string): SimulatedSecret {
    return this.#byUuid.get(uuid) ?? missing(`no secret with matching uuid '${uuid}'`);
  }

  byUsage(usageType: number, usageID: string): SimulatedSecret {
    const found = this.list().find(({ ref }) => ref.usageType === usageType && ref.usageID === usageID);
    return found ?? missing(`no secret with matching usage '${usageID}'`);
  }

  define(xml: string): SimulatedSecret {
    const config = parseXml(xml);
    if (config.name !== 'secret') {
      throw new ServerFailure('XML_ERROR', `unexpected root element <${config.name}>, expecting <secret>`, 'SECRET');
    }
    for (const which of ['ephemeral', 'private']) config.attributes[which] ??= 'no';
    completeUuid(config, randomUUID);
    arrange(config, ['uuid', 'description', 'usage']);
    const secret = new SimulatedSecret(config);
    secret.value = this.#byUuid.get(secret.ref.uuid)?.value;
    this.#byUuid.set(secret.ref.uuid, secret);
    this.#host.emit(secretLifecycle(secret.ref, EVENT.DEFINED));
    return secret;
  }

  undefine(secret: SimulatedSecret): void {
    this.#byUuid.delete(secret.ref.uuid);
    this.#host.emit(secretLifecycle(secret.ref, EVENT.UNDEFINED));
  }

  setValue(secret: SimulatedSecret, value: Uint8Array): void {
    secret.value = value;
    this.#host.emit(secretValueChanged(secret.ref));
  }

  getValue(secret: SimulatedSecret): Uint8Array {
    if (secret.is('private')) throw new ServerFailure('INVALID_SECRET', 'secret is private', 'SECRET');
    return secret.value ?? missing(`secret '${secret.ref.uuid}' does not have a value`);
  }
}

function missing(problem: string): never {
  throw new ServerFailure('NO_SECRET', `Secret not found: ${problem}`, 'SECRET');
}
