import { domainTable } from '../generated/xml/domain.ts';
import type { Devices } from '../generated/xml/types.ts';
import { buildFitting } from './schema/document.ts';
import { schemaOf } from './schema/schema.ts';
import { XmlError } from './xml-error.ts';

type One<Value> = Value extends readonly (infer Item)[] ? Item : Value;

/**
 * XML of one device, for hot-plug: `buildDevice('disks', { type: 'file', … })`. It fits libvirt's schema, else INVALID_XML
 * is thrown with the path of what is wrong.
 */
export function buildDevice<Kind extends keyof Devices>(kind: Kind, device: One<NonNullable<Devices[Kind]>>): string {
  const schema = schemaOf(domainTable);
  const property = schema.shapeOf(['Devices']).properties.get(kind);
  if (property?.kind !== 'child') throw new XmlError(`'${kind}' is no kind of device`, {});
  return buildFitting(schema, property, device);
}
