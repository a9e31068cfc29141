import { useRouterState } from '@tanstack/react-router';
import { useEffect, useState, useSyncExternalStore } from 'react';

/** PatternFly lays the navigation over the page below this width. */
const wide = matchMedia('(min-width: 1200px)');

const watchWidth = (listener: () => void) => {
  wide.addEventListener('change', listener);
  return () => wide.removeEventListener('change', listener);
};

/** Whether the navigation is open: beside the page until it is closed, over it until one has gone somewhere. */
export function useSidebarState() {
  const isWide = useSyncExternalStore(watchWidth, () => wide.matches);
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const [isOpen, setOpen] = useState(isWide);
  // biome-ignore lint/correctness/useExhaustiveDependencies: going to another page closes what covers it
  useEffect(() => setOpen(isWide), [isWide, isWide ? '' : path]);
  return { isOpen, isOverPage: isOpen && !isWide, toggle: () => setOpen((open) => !open) };
}
