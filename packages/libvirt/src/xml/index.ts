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
export { escapeAttribute, escapeText, formatXml, writeXml } from './write.ts';
