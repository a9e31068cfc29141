/** Title, description and the elements of others in a domain's definitions. `flags`: virDomainModificationImpact. */
import { DomainMetadataType } from '../../generated/enums.ts';
import {
  attribute,
  child,
  children,
  cloneXml,
  element,
  formatXml,
  parseXml,
  text,
  type XmlElement,
} from '../../xml/index.ts';
import { ServerFailure } from '../failure.ts';
import { setTop } from './domain-document.ts';
import type { HostContext } from './domains.ts';
import { metadataChange } from './events.ts';
import type { SimulatedDomain } from './simulated-domain.ts';

export interface MetadataChange {
  /** virDomainMetadataType. */
  readonly type: number;
  /** Null removes it. */
  readonly metadata: string | null;
  /** Prefix and namespace of an element. */
  readonly key: string | null;
  readonly uri: string | null;
}

export function getMetadata(domain: SimulatedDomain, type: number, uri: string | null, flags: number): string {
  const definition = domain.definitions(flags)[0]!;
  if (type === DomainMetadataType.ELEMENT) {
    const found = children(child(definition, 'metadata')).find((each) => namespaceOf(each) === uri);
    if (found) return withoutNamespace(found);
  } else {
    const found = text(definition, nameOf(type));
    if (found !== undefined) return found;
  }
  throw new ServerFailure('NO_DOMAIN_METADATA', 'metadata not found: Requested metadata element is not present');
}

export function setMetadata(host: HostContext, domain: SimulatedDomain, change: MetadataChange, flags: number): void {
  const { type, metadata, key, uri } = change;
  for (const definition of domain.definitions(flags)) {
    if (type === DomainMetadataType.ELEMENT) setElement(definition, metadata, key ?? '', uri ?? '');
    else setTop(definition, nameOf(type), metadata === null ? undefined : element(nameOf(type), {}, metadata));
  }
  host.emit(metadataChange(domain.ref, type, uri));
}

function nameOf(type: number): string {
  if (type === DomainMetadataType.TITLE) return 'title';
  if (type === DomainMetadataType.DESCRIPTION) return 'description';
  throw new ServerFailure('INVALID_ARG', `unknown metadata type ${type}`);
}

function setElement(definition: XmlElement, metadata: string | null, key: string, uri: string): void {
  const kept = children(child(definition, 'metadata')).filter((each) => namespaceOf(each) !== uri);
  const given = metadata === null ? [] : [withNamespace(parseXml(metadata), key, uri)];
  const all = [...kept, ...given];
  setTop(definition, 'metadata', all.length === 0 ? undefined : element('metadata', {}, ...all));
}

/** The namespace of an element of the metadata, which declares it itself. */
function namespaceOf(each: XmlElement): string | undefined {
  const [prefix, name] = each.name.split(':');
  return attribute(each, name === undefined ? 'xmlns' : `xmlns:${prefix}`);
}

function withNamespace(given: XmlElement, key: string, uri: string): XmlElement {
  rename(given, (name) => (name.includes(':') ? name : `${key}:${name}`));
  given.attributes[`xmlns:${key}`] = uri;
  return given;
}

/** As libvirt gives it: without prefix and declaration. */
function withoutNamespace(each: XmlElement): string {
  const copy = cloneXml(each);
  const prefix = copy.name.split(':', 1)[0]!;
  delete copy.attributes[copy.name.includes(':') ? `xmlns:${prefix}` : 'xmlns'];
  rename(copy, (name) => (name.startsWith(`${prefix}:`) ? name.slice(prefix.length + 1) : name));
  return formatXml(copy);
}

function rename(each: XmlElement, change: (name: string) => string): void {
  each.name = change(each.name);
  for (const below of children(each)) rename(below, change);
}
