import { queryOptions } from '@tanstack/react-query';
import { api } from '@/api/http';
import type { Deal, Task } from '@/api/model';

/** Why an item stands where it stands. */
export type Why = 'late_reply' | 'sla_breached' | 'reply' | 'overdue' | 'due_today' | 'later';

/** One thing to do: a task, and the deal it is for. */
export interface TodayItem {
  why: Why;
  task: Task;
  deal: Deal | null;
  /** Points of interest the deal shows now, 0 to 100. */
  signal: number;
}

/** What the signed-in member has to do, in the order to do it. */
export function todayQuery(ownerId: string) {
  return queryOptions({
    queryKey: ['/today', ownerId],
    queryFn: ({ signal }) => api.get<TodayItem[]>('/today', signal),
    refetchInterval: 60_000,
  });
}

/** The record an item is about: its deal, else its person, else its company. */
export function itemPath({ task }: TodayItem) {
  if (task.deal_id) return { to: '/deals/$id' as const, params: { id: task.deal_id }, search: {} };
  if (task.person_id) return { to: '/people/$id' as const, params: { id: task.person_id }, search: {} };
  if (task.company_id) return { to: '/companies/$id' as const, params: { id: task.company_id }, search: {} };
  return { to: '/today' as const };
}

/** What a task is about in one line; a company that the deal's name begins with is not said again. */
export function aboutOf(task: Task): string {
  const company =
    task.company_name && task.deal_name?.startsWith(task.company_name) ? null : task.company_name;
  return [...new Set([task.deal_name, task.person_name, company].filter(Boolean))].join(' · ');
}
