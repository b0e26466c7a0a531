import { MutationCache, QueryClient } from '@tanstack/react-query';
import { Problem } from '@/api/http';
import { notifyProblem } from '@/kit/notify';

/** Answers of 4xx do not get better by asking again. */
function retry(times: number, error: unknown): boolean {
  if (error instanceof Problem && error.status >= 400 && error.status < 500) return false;
  return times < 2;
}

export const queryClient = new QueryClient({
  defaultOptions: { queries: { retry, staleTime: 15_000, refetchOnWindowFocus: true } },
  mutationCache: new MutationCache({
    onError: (error, _variables, _context, mutation) => {
      if (mutation.meta?.quiet !== true) notifyProblem(error);
    },
  }),
});
