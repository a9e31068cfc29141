import { readFile } from 'node:fs/promises';
import { LibvirtError } from './errors.ts';

/** The text of a file; undefined if there is none. One that is there and cannot be read is an error. */
export async function readOptionalFile(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR'))
      return undefined;
    throw new LibvirtError({
      code: 'INVALID_CONFIGURATION',
      message: `${path} cannot be read: ${String(cause)}`,
      cause,
    });
  }
}
