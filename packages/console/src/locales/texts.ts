import type { en } from './en/index.ts';

/** The keys that every language has; English is where a text is added first. */
export type Texts = typeof en;
