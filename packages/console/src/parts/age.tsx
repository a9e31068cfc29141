import { ago, instant } from './format.ts';
import { useNow } from './now.ts';

/** How long ago something was; the exact instant on hover. */
export function Age({ of }: { of: string }) {
  const now = useNow(20_000);
  return (
    <time dateTime={of} title={instant(of)} className="domus-nowrap">
      {ago(of, now)}
    </time>
  );
}
