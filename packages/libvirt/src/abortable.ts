/** A promise that also rejects, with the signal's reason, when the signal aborts; `onAbort` then frees what was begun. */
export function abortable<T>(
  signal: AbortSignal,
  onAbort: () => void,
  begin: (resolve: (value: T) => void, reject: (error: unknown) => void) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const abort = () => {
      onAbort();
      reject(signal.reason as Error);
    };
    const settled = () => signal.removeEventListener('abort', abort);
    signal.addEventListener('abort', abort, { once: true });
    begin(
      (value) => {
        settled();
        resolve(value);
      },
      (error) => {
        settled();
        reject(error);
      },
    );
  });
}
