import { text } from '@domus/contract';
import { describe, expect, it } from 'vitest';
import { prepareMachine } from './install.ts';
import type { Need } from './needs.ts';
import { localLanguage } from './text.ts';

const need = (id: string, required: boolean, found: string | null): Need => ({
  id,
  purpose: text('testing', '测试'),
  required,
  find: () => found,
  packages: () => [`package-of-${id}`],
});

async function prepare(needs: readonly Need[]) {
  const lines: string[] = [];
  const options = { yes: false, noInstall: true, language: 'en' as const, needs };
  const prepared = await prepareMachine({ ...options, report: (line) => lines.push(line) });
  return { prepared, told: lines.join('\n') };
}

describe('preparing a machine without installing', () => {
  it('says nothing where all is there', async () => {
    expect(await prepare([need('here', true, '/bin/here')])).toEqual({
      prepared: { ok: true, installed: [] },
      told: '',
    });
  });
  it('tells what is missing and the exact command, and ends with 3', async () => {
    const { prepared, told } = await prepare([need('gone', true, null), need('nice', false, null)]);
    expect(prepared).toMatchObject({ ok: false, exitCode: 3, reason: 'missing', missing: [{ id: 'gone' }] });
    expect(told).toMatch(/gone: testing/);
    expect(told).toMatch(/package-of-gone package-of-nice|not known here/);
  });
  it('goes on without what is not required', async () => {
    const { prepared, told } = await prepare([need('nice', false, null)]);
    expect(prepared).toEqual({ ok: true, installed: [] });
    expect(told).toMatch(/nice: testing \(runs without\)/);
  });
});

describe('the language', () => {
  it('follows the usual order of the locale variables', () => {
    expect(localLanguage({ LANG: 'zh_CN.UTF-8' })).toBe('zh-CN');
    expect(localLanguage({ LC_ALL: 'C', LANG: 'zh_CN.UTF-8' })).toBe('en');
    expect(localLanguage({ LC_ALL: '', LANG: 'zh_CN.UTF-8' })).toBe('zh-CN');
    expect(localLanguage({})).toBe('en');
  });
});
