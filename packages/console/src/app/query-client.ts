import { ApiError } from '@domus/contract/client';
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { failure } from './problem-text.ts';
import { toast } from './toasts.ts';

declare module '@tanstack/react-query' {
  interface Register {
    /** `shown`: whoever asked shows the error where it belongs, so it is no toast. */
    mutationMeta: { shown?: boolean };
  }
}

export const sessionKey = ['session'] as const;

const isSignedOut = (error: unknown) => error instanceof ApiError && error.problem.code === 'NOT_SIGNED_IN';

/** A session that ended is known at once everywhere: the shell then leads to the sign-in page. */
function noticeSignedOut(error: unknown): void {
  if (isSignedOut(error)) queryClient.setQueryData(sessionKey, null);
}

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: noticeSignedOut }),
  mutationCache: new MutationCache({
    onError: (error, _variables, _result, mutation) => {
      noticeSignedOut(error);
      if (mutation.meta?.shown || isSignedOut(error)) return;
      const { code, text } = failure(error);
      toast({ variant: 'danger', title: text, detail: code });
    },
  }),
  defaultOptions: {
    queries: {
      // Events say what changed; nothing grows stale by the clock alone.
      staleTime: Number.POSITIVE_INFINITY,
      refetchOnWindowFocus: false,
      retry: (count, error) => count < 2 && !(error instanceof ApiError && !error.problem.retryable),
    },
  },
});
