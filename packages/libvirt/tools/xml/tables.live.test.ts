import { describe, expect, test } from 'vitest';
import { judgeTables, schemasObstacle } from './judge-tables.ts';
import { kinds } from './make-tables.ts';

const obstacle = schemasObstacle();

/** Those with a whole domain in them are large. */
const LARGE: readonly string[] = ['domain', 'snapshot', 'checkpoint'];

describe.skipIf(obstacle !== undefined)('random documents of every kind', () => {
  const judge = judgeTables();
  test.each(kinds)('%s', async (kind) => {
    const documents = LARGE.includes(kind) ? 250 : 1000;
    expect(await judge(kind, documents)).toEqual({ documents, valid: documents });
  });
});
