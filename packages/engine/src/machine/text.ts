import type { Language } from '@domus/contract';

type Environment = Readonly<Record<string, string | undefined>>;

/** The language of the person at this terminal, by the usual order of the locale variables. */
export function localLanguage(environment: Environment = process.env): Language {
  const locale = environment['LC_ALL'] || environment['LC_MESSAGES'] || environment['LANG'] || '';
  return locale.startsWith('zh') ? 'zh-CN' : 'en';
}
