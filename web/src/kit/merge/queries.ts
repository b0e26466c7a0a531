import { queryOptions, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { MergePreview, RecordMerge } from '@/api/generated/model';
import { api } from '@/api/http';
import { paths } from '@/api/records';
import type { Choices, MergeKind, Preview, Side } from './compare';
import { choose } from './compare';

/** What a merge would make of the record that stays. Once it is made there is nothing left to ask anew. */
export function previewQuery(kind: MergeKind, kept: string, goes: string) {
  return queryOptions({
    queryKey: ['/merges', 'preview', kind, kept, goes],
    queryFn: async (): Promise<Preview> =>
      (await api.get<MergePreview>(`${paths[kind]}/${kept}/merge?with=${goes}`)) as unknown as Preview,
  });
}

/** Which record stays and what somebody chose in it. */
export interface Draft {
  keep: Side;
  choices: Choices;
}

export function mergeRecords(
  kind: MergeKind,
  ids: Record<Side, string>,
  draft: Draft,
  preview: Preview,
): Promise<RecordMerge> {
  const [kept, goes] = draft.keep === 'a' ? [ids.a, ids.b] : [ids.b, ids.a];
  return api.post<RecordMerge>(`${paths[kind]}/${kept}/merge`, {
    merged_id: goes,
    choose: choose(draft.keep, draft.choices, preview.differences),
  });
}

export function undoMerge(id: string): Promise<RecordMerge> {
  return api.post<RecordMerge>(`/merges/${id}/undo`);
}

/** Two records became one, or two again: rows of every kind may name another record now. */
export function useRefreshMerged() {
  const client = useQueryClient();
  return useCallback(
    () =>
      Promise.all(
        ['/companies', '/people', '/deals', '/cycle', '/today', '/tasks', '/duplicates'].map((key) =>
          client.invalidateQueries({ queryKey: [key] }),
        ),
      ),
    [client],
  );
}
