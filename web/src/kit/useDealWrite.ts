import { useMutation } from '@tanstack/react-query';
import { useRefresh } from '@/api/records';

/** A change about a deal: afterwards the deal, its gate, the board and Today are read again. */
export function useDealWrite<V>(work: (values: V) => Promise<unknown>, then?: () => void) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: work,
    onSuccess: then,
    onSettled: () => refresh('deal'),
  });
}
