import type { Language } from '@domus/contract';
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Texts } from '../locales/texts.ts';

export const languages = ['en', 'zh-CN'] as const satisfies readonly Language[];
const key = 'domus.language';

/** Each language is a chunk of its own: a page loads only the one it speaks. */
const load: Record<Language, () => Promise<Texts>> = {
  en: async () => (await import('../locales/en/index.ts')).en,
  'zh-CN': async () => (await import('../locales/zh-cn/index.ts')).zhCN,
};

/** The language chosen last, else the browser's. */
export function initialLanguage(): Language {
  const stored = localStorage.getItem(key);
  const known = languages.find((language) => language === stored);
  if (known !== undefined) return known;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}

export async function startLanguage(language: Language): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    resources: { [language]: { translation: await load[language]() } },
    interpolation: { escapeValue: false },
  });
  document.documentElement.lang = language;
}

export async function setLanguage(language: Language): Promise<void> {
  localStorage.setItem(key, language);
  i18next.addResourceBundle(language, 'translation', await load[language]());
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

/** The language of the page now. */
export const language = (): Language => (i18next.language === 'zh-CN' ? 'zh-CN' : 'en');
