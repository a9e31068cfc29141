import { Problem } from '../../parts/problem.tsx';

/** What a page shows that could not be loaded or drawn. */
export function PageError({ error }: { error: unknown }) {
  return <Problem error={error} onRetry={() => location.reload()} />;
}
