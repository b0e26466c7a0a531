import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { notifyDone } from '@/kit/notify';

/** Saves, says so, and reads again what `keys` show. */
export function useSave<V, R = unknown>(
  work: (values: V) => Promise<R>,
  keys: string[],
  then?: (answer: R) => void,
) {
  const { t } = useTranslation();
  const client = useQueryClient();
  return useMutation({
    mutationFn: work,
    onSuccess: async (answer) => {
      await Promise.all(keys.map((key) => client.invalidateQueries({ queryKey: [key] })));
      notifyDone(t('kit.saved'));
      then?.(answer);
    },
  });
}
