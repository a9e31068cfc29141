import type { Language } from '@domus/contract';

/** A sentence in both languages. */
export type Text = Readonly<Record<Language, string>>;
export const text = (en: string, zh: string): Text => ({ en, 'zh-CN': zh });

type Environment = Readonly<Record<string, string | undefined>>;

/** The language of the person at this terminal, by the usual order of the locale variables. */
export function localLanguage(environment: Environment = process.env): Language {
  const locale = environment['LC_ALL'] || environment['LC_MESSAGES'] || environment['LANG'] || '';
  return locale.startsWith('zh') ? 'zh-CN' : 'en';
}
