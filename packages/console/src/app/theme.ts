import { useSyncExternalStore } from 'react';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const key = 'domus.theme';
const dark = matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();

function chosen(): Theme {
  const stored = localStorage.getItem(key);
  return themes.find((theme) => theme === stored) ?? 'system';
}

/** Whether the page is dark now, by choice or by the system. */
const isDark = () => (chosen() === 'system' ? dark.matches : chosen() === 'dark');

function apply(): void {
  document.documentElement.classList.toggle('pf-v6-theme-dark', isDark());
  document.documentElement.style.colorScheme = isDark() ? 'dark' : 'light';
  for (const listener of listeners) listener();
}

export function startTheme(): void {
  dark.addEventListener('change', apply);
  apply();
}

export function setTheme(theme: Theme): void {
  localStorage.setItem(key, theme);
  apply();
}

export function useTheme(): Theme {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, chosen);
}
