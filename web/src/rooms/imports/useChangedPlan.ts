import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '@/api/http';
import { type ImportView, importQuery, type PlanPatch } from './imports';

/**
 * Changes of an import's plan: seen at once, sent one after the other, and taken back when the server refuses. A
 * choice made while another is on its way stands on that one.
 */
export function useChangedPlan(id: string) {
  const client = useQueryClient();
  const { queryKey } = importQuery(id);
  const mutationKey = ['/imports', id, 'plan'];
  return useMutation({
    mutationKey,
    scope: { id: mutationKey.join('/') },
    mutationFn: (changes: PlanPatch) => api.patch<ImportView>(`/imports/${id}`, changes),
    onMutate: (changes) => {
      const before = client.getQueryData(queryKey);
      if (before && changes.columns) {
        client.setQueryData(queryKey, { ...before, plan: { ...before.plan, columns: changes.columns } });
      }
      return before;
    },
    onError: (_error, _changes, before) => before && client.setQueryData(queryKey, before),
    // An answer to a change is older than a change made since.
    onSuccess: (next) => client.isMutating({ mutationKey }) <= 1 && client.setQueryData(queryKey, next),
  });
}
