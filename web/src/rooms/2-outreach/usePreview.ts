import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Preview, Step } from '@/api/generated/model';
import { api } from '@/api/http';
import type { Page, Person } from '@/api/model';
import { type DraftStep, plainOf } from './editor/steps';

const settleMilliseconds = 400;

/** How steps that may not be saved yet read for a person. */
export function previewQuery(sequenceId: string, person: string | null, steps: readonly Step[]) {
  return queryOptions({
    queryKey: ['/sequences', sequenceId, 'preview', person, steps],
    queryFn: () => api.post<Preview>(`/sequences/${sequenceId}/preview`, { person_id: person, steps }),
    enabled: person !== null && steps.length > 0,
    placeholderData: keepPreviousData,
    retry: false,
  });
}

/** Somebody to show the steps for until another one is chosen. */
const somebodyQuery = queryOptions({
  queryKey: ['/people', 'somebody'],
  queryFn: async () => {
    const { items } = await api.get<Page<Person>>('/people?limit=1&where=email.filled');
    return items[0]?.id ?? null;
  },
});

/** The steps as one person would read them, a moment after the last key. */
export function usePreview(sequenceId: string, steps: readonly DraftStep[]) {
  const [chosen, setPerson] = useState<string | null | undefined>(undefined);
  const somebody = useQuery(somebodyQuery);
  const person = chosen === undefined ? (somebody.data ?? null) : chosen;
  const [settled] = useDebouncedValue(steps, settleMilliseconds);
  const preview = useQuery(previewQuery(sequenceId, person, settled.map(plainOf)));
  return { person, setPerson, preview };
}
