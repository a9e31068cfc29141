/** Changes of a domain's size. `flags` are of virDomainModificationImpact. */
import { DomainModificationImpact as IMPACT } from '../../generated/enums.ts';
import { ServerFailure } from '../failure.ts';
import { memoryKiB, setMemoryKiB, setVcpuCount, vcpuCount } from './domain-document.ts';
import type { HostContext } from './domains.ts';
import { balloonChange } from './events.ts';
import type { SimulatedDomain } from './simulated-domain.ts';

export function setMemory(host: HostContext, domain: SimulatedDomain, sizeKiB: number, flags: number): void {
  for (const definition of domain.definitions(flags)) {
    if (sizeKiB > memoryKiB(definition, 'memory')) {
      throw new ServerFailure('INVALID_ARG', 'cannot set memory higher than max memory');
    }
    setMemoryKiB(definition, 'currentMemory', sizeKiB);
  }
  if (domain.isActive && flags !== IMPACT.CONFIG) host.emit(balloonChange(domain.ref, sizeKiB));
}

export function setMaxMemory(domain: SimulatedDomain, sizeKiB: number, flags: number): void {
  if (domain.isActive && flags !== IMPACT.CONFIG) {
    throw new ServerFailure('OPERATION_INVALID', 'cannot resize the maximum memory on an active domain');
  }
  for (const definition of domain.definitions(flags)) {
    setMemoryKiB(definition, 'memory', sizeKiB);
    setMemoryKiB(definition, 'currentMemory', Math.min(sizeKiB, memoryKiB(definition, 'currentMemory')));
  }
}

export function setVcpus(domain: SimulatedDomain, count: number, which: 'maximum' | 'current', flags: number): void {
  if (count < 1) throw new ServerFailure('INVALID_ARG', 'argument nvcpus must not be zero');
  if (which === 'maximum' && domain.isActive && flags !== IMPACT.CONFIG) {
    throw new ServerFailure('INVALID_ARG', 'maximum vcpu count of a live domain cannot be modified');
  }
  for (const definition of domain.definitions(flags)) {
    const maximum = vcpuCount(definition, 'maximum');
    if (which === 'current' && count > maximum) {
      throw new ServerFailure(
        'INVALID_ARG',
        `requested vcpus is greater than max allowable vcpus: ${count} > ${maximum}`,
      );
    }
    setVcpuCount(definition, which, count);
  }
}
