import { describe, expect, it } from 'vitest';
import { ago, bytes } from './humane.ts';
import { table } from './table.ts';
import { fit, widthOf } from './width.ts';

describe('widths', () => {
  it('count East Asian characters as two columns and combining marks as none', () => {
    expect(['abc', '虚拟机', 'é', 'e\u0301', '🖥'].map(widthOf)).toEqual([3, 6, 1, 1, 2]);
    expect(fit('虚拟机名称', 6)).toBe('虚拟…');
    expect(fit('exact', 5)).toBe('exact');
  });
});

describe('a table', () => {
  it('aligns mixed scripts', () => {
    expect(
      table(
        ['名称', 'STATE'],
        [
          ['a', 'up'],
          ['虚拟机', 'down'],
        ],
        null,
      ),
    ).toEqual(['名称    STATE', 'a       up', '虚拟机  down']);
  });
  it('takes from the widest column first', () => {
    const [, row] = table(['A', 'B'], [['short', 'x'.repeat(50)]], 30);
    expect(row).toBe(`short  ${'x'.repeat(22)}…`);
  });
  it('never becomes unreadable, however narrow the terminal', () => {
    expect(table(['A', 'B'], [['x'.repeat(20), 'y'.repeat(20)]], 3)[1]).toBe('xxxxx…  yyyyy…');
  });
});

describe('humane words', () => {
  it('for amounts', () => {
    expect([null, 0, 1, 1023, 1024, 1536, 10 * 1024 ** 3].map(bytes)).toEqual([
      '–',
      '0 B',
      '1 B',
      '1023 B',
      '1 KiB',
      '1.5 KiB',
      '10 GiB',
    ]);
  });
  it('for times, in both languages', () => {
    const now = Date.parse('2026-11-22T12:00:00Z');
    expect(ago('2026-11-22T11:57:00Z', 'en', now)).toBe('3 min. ago');
    expect(ago('2026-11-22T11:57:00Z', 'zh-CN', now)).toBe('3分钟前');
    expect(ago('2026-11-22T12:00:00Z', 'en', now)).toBe('now');
    expect(ago(null, 'en', now)).toBe('–');
  });
});
