import { describe, expect, test } from 'vitest';
import { judgeTables, schemasObstacle } from './judge-tables.ts';
import { kinds } from './make-tables.ts';

const obstacle = schemasObstacle();

describe.skipIf(obstacle !== undefined)('a thousand documents of every kind', () => {
  const judge = judgeTables();
  test.each(kinds)('%s', async (kind) => {
    expect(await judge(kind, 1000)).toEqual({ documents: 1000, valid: 1000 });
  });
});
