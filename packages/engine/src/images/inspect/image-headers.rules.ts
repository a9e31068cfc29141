// What an image's first bytes say about its format and about files outside itself, read before any program opens it:
// qemu-img follows a qcow2's external data file and a VMDK's extents even when it is only asked for information.
//
// qcow2 (docs/interop/qcow2.txt), big-endian: 0 "QFI\xfb" · 4 u32 version · 8 u64 backing file name's offset (0: none)
//   24 u64 virtual size · 36 u32 entries of the L1 table (8 bytes each) · 40 u64 its offset · 72 u64 incompatible features (version 3): bit 2 = external data file
// VMDK, hosted sparse extent ("Virtual Disk Format 5.0"), little-endian: 0 "KDMV" · 28 u64 descriptor's sector ·
//   36 u64 descriptor's sectors; a descriptor alone is text that begins "# Disk DescriptorFile"

import { type Text, text } from '@domus/contract';

export type ImageFormat = 'qcow2' | 'raw' | 'iso' | 'vmdk' | 'vdi' | 'vpc' | 'vhdx';

export type HeaderProblem = {
  code: 'truncated' | 'unsupported' | 'backing_file' | 'external_data' | 'virtual_size';
  field: string;
  message: Text;
};

/** Enough for every signature below: an ISO's is in its 16th block of 2048 bytes. */
export const HEAD_BYTES = 64 * 1024;

const SECTOR_BYTES = 512;
const QCOW2_HEADER_BYTES = 104;
const EXTERNAL_DATA_BIT = 1n << 2n;

/** `head`: the first HEAD_BYTES of the file, or all of a smaller one; `tail`: its last 512 bytes (a VHD's footer). */
export function imageFormat(head: Uint8Array, tail: Uint8Array): ImageFormat | HeaderProblem {
  if (startsWith(head, 0, 'QFI\xfb')) return 'qcow2';
  if (startsWith(head, 0, 'KDMV') || startsWith(head, 0, '# Disk DescriptorFile')) return 'vmdk';
  if (startsWith(head, 0, 'vhdxfile')) return 'vhdx';
  if (startsWith(head, 0, 'conectix') || startsWith(tail, 0, 'conectix')) return 'vpc';
  if (startsWith(head, 0x40, '\x7f\x10\xda\xbe')) return 'vdi';
  if (startsWith(head, 0x8001, 'CD001')) return 'iso';
  const other = otherSignatures.find(([signature]) => startsWith(head, 0, signature));
  if (other)
    return problem(
      'unsupported',
      'format',
      text(`${other[1]} images are not supported; convert it to qcow2`, `不支持 ${other[1]} 镜像；请转换为 qcow2`),
    );
  return 'raw';
}

const otherSignatures = [
  ['QED\0', 'QED'],
  ['COWD', 'VMDK of version 3'],
  ['OOOM', 'qcow'],
  ['WithoutFreeSpace', 'Parallels'],
  ['WithouFreSpacExt', 'Parallels'],
  ['LUKS\xba\xbe', 'LUKS-encrypted'],
  ['Bochs Virtual HD Image', 'Bochs'],
  ['#!/bin/sh\n#V2.0 Format', 'cloop'],
] as const;

/** Undefined: the header refers to nothing outside the file. */
export function headerProblem(format: ImageFormat, head: Uint8Array, fileBytes: number): HeaderProblem | undefined {
  if (format === 'qcow2') return qcow2Problem(head, fileBytes);
  if (format === 'vmdk') return vmdkProblem(head);
  return undefined;
}

function qcow2Problem(head: Uint8Array, fileBytes: number): HeaderProblem | undefined {
  if (head.length < QCOW2_HEADER_BYTES)
    return problem('truncated', 'file', text('The file ends within its qcow2 header', '文件在 qcow2 头部中断'));
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const version = view.getUint32(4);
  if (version !== 2 && version !== 3)
    return problem(
      'unsupported',
      'format',
      text(`qcow2 version ${version} is not supported`, `不支持 qcow2 版本 ${version}`),
    );
  if (view.getBigUint64(8) !== 0n) {
    return problem(
      'backing_file',
      'backing-file',
      text(
        'The image is only the changes to another one (backing file); flatten it first',
        '该镜像只是另一镜像（后备文件）的增量；请先合并',
      ),
    );
  }
  if (version === 3 && (view.getBigUint64(72) & EXTERNAL_DATA_BIT) !== 0n) {
    return problem(
      'external_data',
      'data-file',
      text(
        'The image keeps its data in another file; convert it to a plain qcow2',
        '该镜像的数据在另一个文件中；请转换为普通 qcow2',
      ),
    );
  }
  const l1End = view.getBigUint64(40) + 8n * BigInt(view.getUint32(36));
  if (l1End > BigInt(fileBytes))
    return problem('truncated', 'file', text('The file ends within its qcow2 tables', '文件在 qcow2 表中中断'));
  return undefined;
}

function vmdkProblem(head: Uint8Array): HeaderProblem | undefined {
  if (!startsWith(head, 0, 'KDMV')) {
    return problem(
      'external_data',
      'extents',
      text(
        'The VMDK is a description of other files; upload one in a single file (monolithicSparse)',
        '该 VMDK 只是其他文件的描述；请上传单文件格式（monolithicSparse）',
      ),
    );
  }
  if (head.length < SECTOR_BYTES)
    return problem('truncated', 'file', text('The file ends within its VMDK header', '文件在 VMDK 头部中断'));
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const start = Number(view.getBigUint64(28, true)) * SECTOR_BYTES;
  const end = start + Number(view.getBigUint64(36, true)) * SECTOR_BYTES;
  if (start === 0 || end <= start || end > head.length) {
    return problem(
      'unsupported',
      'descriptor',
      text('The VMDK has no description of itself where it is expected', 'VMDK 中应有自身描述的位置没有描述'),
    );
  }
  const descriptor = latin1(head.subarray(start, end)).replace(/\0[\s\S]*$/, '');
  const kind = /^createType\s*=\s*"([^"]*)"/m.exec(descriptor)?.[1];
  if (kind !== 'monolithicSparse' && kind !== 'streamOptimized') {
    return problem(
      'external_data',
      'createType',
      text(
        `A VMDK of type ${kind ?? 'unknown'} is not in one file; upload monolithicSparse or streamOptimized`,
        `类型为 ${kind ?? 'unknown'} 的 VMDK 不是单个文件；请上传 monolithicSparse 或 streamOptimized`,
      ),
    );
  }
  const extents = descriptor.split('\n').filter((line) => /^(RW|RDONLY|NOACCESS)\s/.test(line));
  if (extents.length !== 1 || !/^RW \d+ SPARSE "[^"/]+"\s*$/.test(extents[0] ?? '')) {
    return problem('external_data', 'extents', text('The VMDK refers to other files', '该 VMDK 引用了其他文件'));
  }
  const parent = /^parentCID\s*=\s*(\S+)/m.exec(descriptor)?.[1];
  if ((parent !== undefined && parent.toLowerCase() !== 'ffffffff') || /^parentFileNameHint/m.test(descriptor)) {
    return problem(
      'backing_file',
      'parentFileNameHint',
      text(
        'The VMDK is only the changes to another one; consolidate its snapshots first',
        '该 VMDK 只是另一磁盘的增量；请先合并其快照',
      ),
    );
  }
  return undefined;
}

function problem(code: HeaderProblem['code'], field: string, message: Text): HeaderProblem {
  return { code, field, message };
}

function startsWith(bytes: Uint8Array, offset: number, signature: string): boolean {
  return latin1(bytes.subarray(offset, offset + signature.length)) === signature;
}

/** One character a byte. */
function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
}
