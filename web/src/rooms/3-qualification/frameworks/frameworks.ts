/** Frameworks: the workspace's own, those that ship, and where an answer may go. */
import { queryOptions } from '@tanstack/react-query';
import type { AnswerTarget, Framework, OutlineQuestion, OutlineTemplate } from '@/api/generated/model';
import { api } from '@/api/http';

export const frameworksQuery = queryOptions({
  queryKey: ['/frameworks'],
  queryFn: ({ signal }) => api.get<Framework[]>('/frameworks', signal),
});

export function frameworkQuery(id: string) {
  return queryOptions({
    queryKey: ['/frameworks', id],
    queryFn: ({ signal }) => api.get<Framework>(`/frameworks/${id}`, signal),
  });
}

export const templatesQuery = queryOptions({
  queryKey: ['/framework-templates'],
  queryFn: ({ signal }) => api.get<OutlineTemplate[]>('/framework-templates', signal),
  staleTime: Number.POSITIVE_INFINITY,
});

export const findingKinds = [
  'challenge',
  'goal',
  'ambition',
  'current_solution',
  'decision_process',
  'decision_criterion',
  'competitor',
] as const;
export const factors = ['need', 'budget', 'authority', 'timing'] as const;

/** A target as one word of a list: `finding:goal`, `bant:need`, `role:champion`, `field:deal:size`. */
export function wordOf(target: AnswerTarget | null | undefined): string {
  if (!target) return '';
  switch (target.type) {
    case 'finding':
      return `finding:${target.kind}`;
    case 'bant':
      return `bant:${target.factor}`;
    case 'role':
      return `role:${target.role}`;
    default:
      return `field:${target.on}:${target.field}`;
  }
}

export function targetOf(word: string): AnswerTarget | null {
  const [type, first, ...rest] = word.split(':');
  if (!first) return null;
  if (type === 'finding') return { type, kind: first } as AnswerTarget;
  if (type === 'bant') return { type, factor: first } as AnswerTarget;
  if (type === 'role') return { type, role: first } as AnswerTarget;
  return { type: 'field', on: first, field: rest.join(':') } as AnswerTarget;
}

/** The place of one in a list moves to another. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const next = [...list];
  const [one] = next.splice(from, 1);
  if (one !== undefined) next.splice(to, 0, one);
  return next;
}

/** A key no other question has. */
export function newKey(questions: readonly Pick<OutlineQuestion, 'key'>[]): string {
  let n = questions.length + 1;
  while (questions.some((one) => one.key === `question_${n}`)) n += 1;
  return `question_${n}`;
}

export const noText = { en: '', ko: '' };

/** Each of a list with its place; what has no key of its own is known by it. */
export function numbered<T>(list: readonly T[]): { n: number; one: T }[] {
  return list.map((one, n) => ({ n, one }));
}
