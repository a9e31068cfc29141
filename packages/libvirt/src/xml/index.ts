export { buildBackup, readBackup } from '../generated/xml/backup.ts';
export { buildCapabilities, readCapabilities } from '../generated/xml/capabilities.ts';
export { buildCheckpoint, readCheckpoint } from '../generated/xml/checkpoint.ts';
export { buildDomain, readDomain } from '../generated/xml/domain.ts';
export { buildDomainCapabilities, readDomainCapabilities } from '../generated/xml/domain-capabilities.ts';
export { buildNetwork, readNetwork } from '../generated/xml/network.ts';
export { buildNodeDevice, readNodeDevice } from '../generated/xml/node-device.ts';
export { buildNwfilter, readNwfilter } from '../generated/xml/nwfilter.ts';
export { buildSecret, readSecret } from '../generated/xml/secret.ts';
export { buildSnapshot, readSnapshot } from '../generated/xml/snapshot.ts';
export { buildStoragePool, readStoragePool } from '../generated/xml/storage-pool.ts';
export { buildStorageVolume, readStorageVolume } from '../generated/xml/storage-volume.ts';
/** Plain objects of all documents, by the names of their elements: `xml.Domain`, `xml.DiskSource`. */
export type * as xml from '../generated/xml/types.ts';
export { buildDevice } from './device.ts';
export { cloneXml, ensureChild, removeChildren, replaceChild, setAttribute, setText } from './edit.ts';
export {
  element,
  type XmlAttributes,
  type XmlContent,
  type XmlElement,
  type XmlInstruction,
  type XmlNode,
  type XmlText,
} from './element.ts';
export { parseXml } from './parse.ts';
export { attribute, child, children, descendants, integer, sizeInBytes, text, unitBytes } from './query.ts';
export { checkXml, plainOf, type XmlMismatch, xmlElementOf } from './schema/document.ts';
export { escapeAttribute, escapeText, formatXml, writeXml } from './write.ts';
export { XmlError } from './xml-error.ts';
