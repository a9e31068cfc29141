import { describe, expect, test } from 'vitest';
import { judgeTables, schemasObstacle } from './judge-tables.ts';
import { kinds } from './make-tables.ts';

const obstacle = schemasObstacle();

describe.skipIf(obstacle !== undefined)("tables made from this machine's libvirt", () => {
  const judge = judgeTables();
  test.each(kinds)('%s: what is built from any sound document is sound, and reads back the same', async (kind) => {
    expect(await judge(kind, 25)).toEqual({ documents: 25, valid: 25 });
  });
});
