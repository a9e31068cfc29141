import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { CatalogueEntry } from './catalogue.ts';
import { type ChecksumAlgorithm, findChecksum } from './checksums.rules.ts';

export type DownloadProblem =
  | 'no_network'
  | 'not_found'
  | 'http_error'
  | 'checksum_missing'
  | 'checksum_mismatch'
  | 'truncated'
  | 'too_large';

export type DownloadResult =
  | { ok: true; path: string; sizeBytes: number; checksum: string }
  | { ok: false; code: DownloadProblem; message: string };

export type DownloadRequest = {
  entry: Pick<CatalogueEntry, 'name' | 'url' | 'checksum'>;
  /** Absolute path; appears complete and verified or not at all. What is there of it lies in `target`.part. */
  target: string;
  signal: AbortSignal;
  onProgress: (progress: { fraction: number; message: string }) => void;
  maxBytes?: number;
};

/** A mirror that answers nothing for so long is not reachable, a download that stands still for so long is broken. */
const SILENCE_MS = 20_000;
const MAX_IMAGE_BYTES = 64 * 1024 ** 3;
const MAX_CHECKSUM_LIST_BYTES = 4 * 1024 ** 2;

class Refused extends Error {
  readonly code: DownloadProblem;
  constructor(code: DownloadProblem, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Fetches an image of the catalogue and verifies it against its publisher's checksum. An earlier, interrupted download
 * goes on where it stopped (RFC 9110, Range). Expected problems are values; throws on abort and when the disk fails.
 */
export async function downloadImage(request: DownloadRequest): Promise<DownloadResult> {
  const { entry, target, signal, onProgress } = request;
  const unfinished = `${target}.part`;
  try {
    onProgress({ fraction: 0, message: 'Fetching the checksum' });
    const expected = await publishedChecksum(entry, signal);
    await fetchFile(request, unfinished);
    onProgress({ fraction: 0.95, message: 'Verifying' });
    const actual = await checksumOf(unfinished, entry.checksum.algorithm, signal);
    if (actual !== expected) {
      await rm(unfinished, { force: true });
      return refused('checksum_mismatch', `${entry.name} does not have the checksum that its publisher states`);
    }
    await rename(unfinished, target);
    onProgress({ fraction: 1, message: 'Verified' });
    return { ok: true, path: target, sizeBytes: (await stat(target)).size, checksum: actual };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Refused) return refused(error.code, error.message);
    throw error;
  }
}

const refused = (code: DownloadProblem, message: string): DownloadResult => ({ ok: false, code, message });

async function publishedChecksum(entry: DownloadRequest['entry'], signal: AbortSignal): Promise<string> {
  const { url, algorithm } = entry.checksum;
  const response = await get(url, signal, {});
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.length;
    if (bytes > MAX_CHECKSUM_LIST_BYTES) throw new Refused('too_large', `${url} is too large for a list of checksums`);
    chunks.push(chunk);
  }
  const fileName = decodeURIComponent(new URL(entry.url).pathname.split('/').at(-1) ?? '');
  const checksum = findChecksum(Buffer.concat(chunks).toString('utf8'), fileName, algorithm);
  if (checksum === undefined)
    throw new Refused('checksum_missing', `${url} has no ${algorithm} checksum of ${fileName}`);
  return checksum;
}

async function fetchFile({ entry, signal, onProgress, maxBytes }: DownloadRequest, unfinished: string): Promise<void> {
  const have = await stat(unfinished).then(
    ({ size }) => size,
    () => 0,
  );
  const range: Record<string, string> = have > 0 ? { range: `bytes=${have}-` } : {};
  const response = await get(entry.url, signal, range, [416]);
  if (response.status === 416) {
    await response.discard();
    return; // All of it is here already; the checksum decides.
  }
  const start = response.status === 206 ? have : 0;
  const length = Number(response.headers.get('content-length'));
  const total = length > 0 ? start + length : undefined;
  const limit = maxBytes ?? MAX_IMAGE_BYTES;
  if (total !== undefined && total > limit) {
    await response.discard();
    throw new Refused('too_large', `${entry.name} has ${total} bytes, more than ${limit}`);
  }

  let done = start;
  async function* counted(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      done += chunk.length;
      if (done > limit) throw new Refused('too_large', `${entry.name} has more than ${limit} bytes`);
      onProgress({ fraction: total === undefined ? 0 : 0.95 * (done / total), message: `Downloading ${entry.name}` });
      yield chunk;
    }
  }
  const sink = createWriteStream(unfinished, { flags: start > 0 ? 'a' : 'w' });
  await pipeline(response.body, counted, sink, { signal });
  if (total !== undefined && done < total)
    throw new Refused('truncated', `${entry.url} ended after ${done} of ${total} bytes`);
  await using file = await open(unfinished, 'r+');
  await file.sync();
}

type Answer = { status: number; headers: Headers; body: AsyncIterable<Uint8Array>; discard: () => Promise<void> };

/** A GET whose answer and whose every piece must come within SILENCE_MS of the last sign of life. */
async function get(
  url: string,
  signal: AbortSignal,
  headers: Record<string, string>,
  accept: readonly number[] = [],
): Promise<Answer> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(new Error(`silent for ${SILENCE_MS / 1000} s`)), SILENCE_MS);
  const response = await fetch(url, {
    headers: { ...headers, 'accept-encoding': 'identity' },
    signal: AbortSignal.any([signal, silence.signal]),
  }).catch((error: unknown) => {
    clearTimeout(timer);
    signal.throwIfAborted();
    throw new Refused('no_network', `${new URL(url).host} cannot be reached: ${reasonOf(error)}`);
  });
  async function* body(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of response.body ?? []) {
        timer.refresh();
        yield chunk;
      }
    } catch (error) {
      signal.throwIfAborted();
      throw new Refused('truncated', `${url} broke off: ${reasonOf(error)}`);
    } finally {
      clearTimeout(timer);
    }
  }
  const discard = async (): Promise<void> => {
    clearTimeout(timer);
    await response.body?.cancel();
  };
  const { status } = response;
  if (response.ok || accept.includes(status)) return { status, headers: response.headers, body: body(), discard };
  await discard();
  if (status === 404) throw new Refused('not_found', `${url} does not exist`);
  throw new Refused('http_error', `${url} answered ${status}`);
}

/** fetch hides what happened in `cause`. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  return 'code' in cause ? `${cause.message} (${String(cause.code)})` : cause.message;
}

async function checksumOf(path: string, algorithm: ChecksumAlgorithm, signal: AbortSignal): Promise<string> {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash, { signal });
  return hash.digest('hex');
}
