export type Language = 'en' | 'zh-CN';
/** A sentence in both languages. */
export type Text = Readonly<Record<Language, string>>;
export const text = (en: string, zh: string): Text => ({ en, 'zh-CN': zh });
