/**
 * Looks after a daemon: calls `ensure`, which starts it unless it runs, again and again. Answers the way to stop, which
 * waits for a look that is under way.
 */
export function supervise(
  ensure: () => Promise<void>,
  everyMs: number,
  onError: (error: unknown) => void,
): () => Promise<void> {
  let looking: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | null = null;
  const again = () => {
    timer = setTimeout(() => {
      looking = ensure()
        .catch(onError)
        .then(() => (timer === null ? undefined : again()));
    }, everyMs);
  };
  again();
  return async () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    await looking;
  };
}
