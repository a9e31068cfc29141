import { Navigate, Outlet, useLocation } from '@tanstack/react-router';
import { useLive } from '../live.ts';
import { LiveContext } from '../live-context.ts';
import { useSession } from '../session.ts';
import { Toasts } from './toasts.tsx';

/** What every page behind the sign-in has: a session, live data, toasts. Without a session: back to the sign-in. */
export function SignedIn() {
  const session = useSession();
  const { href } = useLocation();
  if (session === null) return <Navigate to="/sign-in" search={href === '/' ? {} : { from: href }} replace />;
  return <Live />;
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
