import { Outlet, useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useLive } from '../live.ts';
import { LiveContext } from '../live-context.ts';
import { useSession } from '../session.ts';
import { Toasts } from './toasts.tsx';

/** What every page behind the sign-in has: a session, live data, toasts. When the session ends: back to the sign-in. */
export function SignedIn() {
  const router = useRouter();
  const isSignedOut = useSession() === null;
  useEffect(() => {
    if (!isSignedOut) return;
    const { href } = router.state.location;
    void router.navigate({ to: '/sign-in', search: href === '/' ? {} : { from: href }, replace: true });
  }, [isSignedOut, router]);
  return isSignedOut ? null : <Live />;
}

function Live() {
  const live = useLive();
  return (
    <LiveContext value={live}>
      <Outlet />
      <Toasts />
    </LiveContext>
  );
}
