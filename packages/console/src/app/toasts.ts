import { useSyncExternalStore } from 'react';

export interface Toast {
  id: number;
  variant: 'success' | 'info' | 'warning' | 'danger';
  title: string;
  detail: string | null;
}

let toasts: readonly Toast[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

function change(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

/** Shows a short message in the corner; the newest is first, five at most. */
export function toast(message: Omit<Toast, 'id'>): void {
  change([{ ...message, id: nextId++ }, ...toasts].slice(0, 5));
}

export const dismissToast = (id: number) => change(toasts.filter((each) => each.id !== id));

export function useToasts(): readonly Toast[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
}
