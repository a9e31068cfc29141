import type { XmlElement } from '../element.ts';
import { placeOf } from '../origin.ts';
import { parseXml } from '../parse.ts';
import { formatXml } from '../write.ts';
import { XmlError } from '../xml-error.ts';
import { Builder } from './build.ts';
import { findMismatch } from './match.ts';
import { type Schema, type SchemaTable, schemaOf } from './schema.ts';
import { Scope } from './scope.ts';
import { plainCopy, type Seen, seenBy, viewOf } from './view.ts';

/** One kind of libvirt's documents: a table and the type of the outermost element. `Document` is its plain object. */
export interface DocumentKind<Document> {
  readonly table: SchemaTable;
  readonly root: string;
  readonly type?: Document;
}

/** Why a document does not fit its schema. */
export interface XmlMismatch {
  /** `devices.disks[0].target.dev`; empty for the document's own element. */
  readonly path: string;
  /** What is wrong, and what would be right. */
  readonly message: string;
  /** From 1; undefined for what was not read from a text. */
  readonly line: number | undefined;
  /** From 1; undefined for what was not read from a text. */
  readonly column: number | undefined;
}

/**
 * A view of a text as a typed object. Everything is read from the tree when it is asked for and written to it when it
 * is set; `String(view)` is the text, and what was not edited is in it byte for byte.
 *
 * Only the name of the outermost element is looked at here, since a newer libvirt may say what the types do not know:
 * words that they do not list come as they are. What must be there and is not, and numbers that are none, throw
 * INVALID_XML with path, line and column when they are asked for. `checkXml` looks at the whole.
 */
export function readDocument<Document extends object>(kind: DocumentKind<Document>, text: string): Document {
  const schema = schemaOf(kind.table);
  const element = parseXml(text);
  const scope = Scope.outermost(schema).within(element);
  const name = schema.nameOf(kind.root);
  if (scope.nameOf(element) !== name)
    throw new XmlError(`<${element.name}> where <${name}> was expected`, placeOf(element) ?? {});
  return viewOf({ schema, element, types: [kind.root], scope, path: '' }) as Document;
}

/** Writes a plain object as XML that fits libvirt's schema, else throws INVALID_XML with the path of what is wrong. */
export function buildDocument<Document extends object>(kind: DocumentKind<Document>, value: Document): string {
  const schema = schemaOf(kind.table);
  return buildFitting(schema, { name: schema.nameOf(kind.root), types: [kind.root] }, value);
}

/** As `buildDocument`, for one of the children of an element. */
export function buildFitting(schema: Schema, of: { name: string; types: readonly string[] }, value: unknown): string {
  const made = new Builder(schema, (view) => seenBy(view)?.element).child(of, value, '');
  const mismatch = findMismatch(schema, made, of.types);
  if (mismatch) throw new XmlError(mismatch.message, { path: mismatch.path });
  return formatXml(made);
}

/** What of a view (or of a part of one) does not fit libvirt's schema; undefined if all fits. */
export function checkXml(view: object): XmlMismatch | undefined {
  const { schema, element, types, path: outer } = seenOf(view);
  const mismatch = findMismatch(schema, element, types);
  if (!mismatch) return undefined;
  const { line, column } = placeOf(mismatch.element) ?? {};
  const path = outer === '' || mismatch.path === '' ? outer + mismatch.path : `${outer}.${mismatch.path}`;
  return { path, message: mismatch.message, line, column };
}

/** The element behind a view, for what has no type. */
export function xmlElementOf(view: object): XmlElement {
  return seenOf(view).element;
}

/** A plain object with what a view shows now. */
export function plainOf<View extends object>(view: View): View {
  return plainCopy(seenOf(view)) as View;
}

function seenOf(view: object): Seen {
  const seen = seenBy(view);
  if (!seen) throw new XmlError('this is no view of a document', {});
  return seen;
}
