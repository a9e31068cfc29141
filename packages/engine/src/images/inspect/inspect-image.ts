import { type FileHandle, open } from 'node:fs/promises';
import { type Text, text } from '@domus/contract';
import { z } from 'zod';
import { ProgramError, type ProgramResult, runProgram } from '../programs/run-program.ts';
import { HEAD_BYTES, type HeaderProblem, headerProblem, type ImageFormat, imageFormat } from './image-headers.rules.ts';

export type InspectedImage = { ok: true; format: ImageFormat; virtualSizeBytes: number; actualSizeBytes: number };
export type InspectProblem = {
  ok: false;
  code: HeaderProblem['code'] | 'not_a_file' | 'format_mismatch' | 'unreadable' | 'damaged';
  field: string;
  message: Text;
};
export type InspectResult = InspectedImage | InspectProblem;

export type InspectOptions = {
  signal?: AbortSignal;
  /** Refused beyond; default 16 TiB. */
  maxVirtualSizeBytes?: number;
  /** What the uploader said it is; anything else is refused. */
  expectedFormat?: ImageFormat;
};

const MAX_VIRTUAL_SIZE_BYTES = 16 * 1024 ** 4;
const TIMEOUT_MS = 20_000;
/** OpenStack's limits for the same program: a hostile image must not eat the machine. */
const limits = ['--as=1073741824', '--cpu=30'];

const qemuInfo = z.object({
  format: z.string(),
  'virtual-size': z.number(),
  'actual-size': z.number(),
  'backing-filename': z.string().optional(),
});

/**
 * Looks at an uploaded file without trusting it. What its header says decides before any program opens it; qemu-img then
 * gets the format by name, never guesses. A raw image that a guest made look like another format keeps being raw only
 * if `expectedFormat` says so. Refuses: backing files, data in other files, absurd sizes, broken headers, files that were cut off.
 */
export async function inspectImage(path: string, options: InspectOptions = {}): Promise<InspectResult> {
  const ends = await readEnds(path);
  if ('code' in ends) return ends;
  const format = imageFormat(ends.start, ends.end);
  if (typeof format !== 'string') return { ok: false, ...format };
  if (options.expectedFormat !== undefined && options.expectedFormat !== format) {
    return refuse(
      'format_mismatch',
      'format',
      text(
        `The file is ${format}, not ${options.expectedFormat}`,
        `文件格式是 ${format}，而不是 ${options.expectedFormat}`,
      ),
    );
  }
  const problem = headerProblem(format, ends.start, ends.bytes);
  if (problem) return { ok: false, ...problem };

  const driver = format === 'iso' ? 'raw' : format;
  const answer = await qemuImg(['info', '--output=json', '-U', '-f', driver, '--', path], options.signal);
  if ('code' in answer) return answer;
  const info = qemuInfo.parse(JSON.parse(answer.stdout));
  if (info['backing-filename'] !== undefined) {
    return refuse(
      'backing_file',
      'backing-file',
      text('The image is only the changes to another one', '该镜像只是另一镜像的增量'),
    );
  }
  const virtualSizeBytes = info['virtual-size'];
  const limit = options.maxVirtualSizeBytes ?? MAX_VIRTUAL_SIZE_BYTES;
  if (virtualSizeBytes <= 0 || virtualSizeBytes > limit) {
    return refuse(
      'virtual_size',
      'virtual-size',
      text(
        `The disk has ${virtualSizeBytes} bytes; 1 to ${limit} are allowed`,
        `磁盘为 ${virtualSizeBytes} 字节；允许 1 到 ${limit}`,
      ),
    );
  }
  const damage = await damageIn(path, format, options.signal);
  return damage ?? { ok: true, format, virtualSizeBytes, actualSizeBytes: info['actual-size'] };
}

/** Formats whose tables qemu-img walks, so that a file which was cut off is found; the others have none to walk. */
const checkable: readonly ImageFormat[] = ['qcow2', 'vmdk', 'vdi', 'vhdx'];
const DAMAGED = 2;
const ONLY_LEAKS = 3;

async function damageIn(path: string, format: ImageFormat, signal?: AbortSignal): Promise<InspectProblem | undefined> {
  if (!checkable.includes(format)) return undefined;
  const checked = await qemuImg(['check', '-q', '-U', '-f', format, '--', path], signal, [DAMAGED, ONLY_LEAKS]);
  if ('code' in checked) return checked;
  if (checked.exitCode !== DAMAGED) return undefined;
  return refuse(
    'damaged',
    'file',
    text(
      'The file is damaged or cut off: parts of the disk lie outside it; send it again',
      '文件已损坏或被截断：磁盘的部分内容在文件之外；请重新发送',
    ),
  );
}

async function qemuImg(
  args: readonly string[],
  signal = new AbortController().signal,
  accept: readonly number[] = [],
): Promise<ProgramResult | InspectProblem> {
  try {
    return await runProgram('prlimit', [...limits, '--', 'qemu-img', ...args], {
      signal,
      timeoutMs: TIMEOUT_MS,
      accept,
    });
  } catch (error) {
    if (!(error instanceof ProgramError) || error.code === 'missing' || error.code === 'aborted') throw error;
    return refuse(
      'unreadable',
      'file',
      text(`qemu-img cannot read the image: ${error.message}`, `qemu-img 无法读取该镜像：${error.message}`),
    );
  }
}

async function readEnds(path: string): Promise<{ start: Uint8Array; end: Uint8Array; bytes: number } | InspectProblem> {
  const file = await open(path, 'r');
  try {
    const status = await file.stat();
    if (!status.isFile()) return refuse('not_a_file', 'file', text('Not a regular file', '不是普通文件'));
    if (status.size === 0) return refuse('truncated', 'file', text('The file is empty', '文件为空'));
    const start = await readAt(file, 0, Math.min(HEAD_BYTES, status.size));
    const end = await readAt(file, Math.max(0, status.size - 512), Math.min(512, status.size));
    return { start, end, bytes: status.size };
  } finally {
    await file.close();
  }
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const { buffer, bytesRead } = await file.read(new Uint8Array(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

function refuse(code: InspectProblem['code'], field: string, message: Text): InspectProblem {
  return { ok: false, code, field, message };
}
