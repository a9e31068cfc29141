import { LibvirtError } from '../errors.ts';

export interface XmlPlace {
  /** Where in the text that was read; both from 1. */
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  /** Which property of a typed document, e.g. `devices.disks[0].target.dev`. */
  readonly path?: string | undefined;
}

/** A document that cannot be read or built: INVALID_XML with its place. */
export class XmlError extends LibvirtError {
  /** From 1; undefined where it is not about a text that was read. */
  readonly line: number | undefined;
  /** From 1; undefined where it is not about a text that was read. */
  readonly column: number | undefined;
  /** Which property of a typed document, e.g. `devices.disks[0].target.dev`. */
  readonly path: string | undefined;

  constructor(problem: string, place: XmlPlace) {
    const { line, column, path } = place;
    const at = [line === undefined ? '' : `XML line ${line}, column ${column}`, path ?? ''].filter(
      (each) => each !== '',
    );
    super({ code: 'INVALID_XML', message: [...at, problem].join(': ') });
    this.line = line;
    this.column = column;
    this.path = path;
  }
}
