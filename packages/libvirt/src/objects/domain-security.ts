import { cString } from '../c-string.ts';
import type { Caller } from '../caller.ts';
import type { RemoteDomainGetSecurityLabelRet } from '../generated/remote.ts';
import type { CallOptions } from '../rpc/pending-call.ts';
import {
  fromTypedParameters,
  STRING_OKAY,
  type TypedParameters,
  type TypedValues,
  toTypedValues,
} from '../typed-parameters.ts';
import type { DomainRef } from './domain-ref.ts';

/** virSecurityLabel */
export interface SecurityLabel {
  /** E.g. of SELinux or AppArmor. */
  readonly label: string;
  /** Whether breaches are refused, not just logged. */
  readonly enforcing: boolean;
}

/** How one domain is kept apart from its host, and its memory from the host's eyes. */
export class DomainSecurity {
  readonly #caller: Caller;
  readonly #dom: DomainRef;

  constructor(caller: Caller, dom: DomainRef) {
    this.#caller = caller;
    this.#dom = dom;
  }

  /** Of the first security driver, of a running domain; virDomainGetSecurityLabel. */
  async getLabel(options?: CallOptions): Promise<SecurityLabel> {
    return securityLabel(await this.#caller.call('domainGetSecurityLabel', { dom: this.#dom }, options));
  }

  /** Of each security driver, e.g. AppArmor's, then DAC's; virDomainGetSecurityLabelList. */
  async getLabelList(options?: CallOptions): Promise<SecurityLabel[]> {
    const { labels } = await this.#caller.call('domainGetSecurityLabelList', { dom: this.#dom }, options);
    return labels.map(securityLabel);
  }

  /** E.g. `sev-measurement`, of a guest with encrypted memory; virDomainGetLaunchSecurityInfo. */
  async getLaunchSecurityInfo(options?: CallOptions): Promise<TypedValues> {
    const args = { dom: this.#dom, flags: STRING_OKAY };
    return toTypedValues((await this.#caller.call('domainGetLaunchSecurityInfo', args, options)).params);
  }

  /** Gives it a secret before it runs: `sev-secret`, `sev-secret-header`, …; virDomainSetLaunchSecurityState. */
  async setLaunchSecurityState(params: TypedParameters, options?: CallOptions): Promise<void> {
    const args = { dom: this.#dom, params: fromTypedParameters(params), flags: 0 };
    await this.#caller.call('domainSetLaunchSecurityState', args, options);
  }
}

function securityLabel({ label, enforcing }: RemoteDomainGetSecurityLabelRet): SecurityLabel {
  return { label: cString(label), enforcing: enforcing === 1 };
}
