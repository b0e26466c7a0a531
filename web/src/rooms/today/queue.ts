import { queryOptions } from '@tanstack/react-query';
import { api } from '@/api/http';
import type { Deal, Page, Task } from '@/api/model';

/** Why an item stands where it stands. */
export type Why = 'sla_breached' | 'overdue' | 'reply' | 'due_today' | 'later';

/** One thing to do: a task, and the deal it is for. */
export interface TodayItem {
  why: Why;
  task: Task;
  deal: Deal | null;
}

/** How far ahead the queue looks, in days. */
const daysAhead = 1;
const pageSize = 200;

/** The open tasks of a member that are due, each with its deal. */
export function todayQuery(ownerId: string, today: string) {
  return queryOptions({
    queryKey: ['/today', ownerId, today],
    queryFn: async ({ signal }) => {
      const until = new Date(Date.parse(`${today}T00:00:00Z`) + daysAhead * 86_400_000)
        .toISOString()
        .slice(0, 10);
      const params = new URLSearchParams({ limit: String(pageSize), sort: 'due_on' });
      params.append('where', `owner_id.eq.${ownerId}`);
      params.append('where', `due_on.lte.${until}`);
      const tasks = (await api.get<Page<Task>>(`/tasks?${params}`, signal)).items;
      return orderQueue(tasks, await dealsOf(tasks, signal), today, Date.now());
    },
    refetchInterval: 60_000,
  });
}

async function dealsOf(tasks: Task[], signal: AbortSignal): Promise<Deal[]> {
  const ids = [...new Set(tasks.map((task) => task.deal_id).filter(Boolean))];
  if (ids.length === 0) return [];
  const params = new URLSearchParams({ limit: String(pageSize), where: `id.in.${ids.join(',')}` });
  return (await api.get<Page<Deal>>(`/deals?${params}`, signal)).items;
}

const rank: Record<Why, number> = { reply: 0, sla_breached: 1, overdue: 2, due_today: 3, later: 4 };

function reasonOf(task: Task, deal: Deal | null, today: string, now: number): Why {
  if (task.kind === 'reply') return 'reply';
  if (deal?.status === 'open' && deal.sla_due_at && Date.parse(deal.sla_due_at) < now) return 'sla_breached';
  if (task.due_on && task.due_on < today) return 'overdue';
  return task.due_on === today ? 'due_today' : 'later';
}

/**
 * Answers to people first, then deals too long in their stage, then what is late, due, coming; within that the
 * earlier and the more valuable first. Per deal only its first task is shown: one next step per deal.
 */
export function orderQueue(tasks: Task[], deals: Deal[], today: string, now: number): TodayItem[] {
  const byId = new Map(deals.map((deal) => [deal.id, deal]));
  const items = tasks.map((task) => {
    const deal = (task.deal_id && byId.get(task.deal_id)) || null;
    return { task, deal, why: reasonOf(task, deal, today, now) };
  });
  items.sort(
    (a, b) =>
      rank[a.why] - rank[b.why] ||
      (a.task.due_on ?? '9999').localeCompare(b.task.due_on ?? '9999') ||
      (b.deal?.value?.minor ?? 0) - (a.deal?.value?.minor ?? 0),
  );
  const seen = new Set<string>();
  return items.filter(({ task }) => {
    if (!task.deal_id) return true;
    if (seen.has(task.deal_id)) return false;
    seen.add(task.deal_id);
    return true;
  });
}

/** What a task is about in one line; a company that the deal's name begins with is not said again. */
export function aboutOf(task: Task): string {
  const company =
    task.company_name && task.deal_name?.startsWith(task.company_name) ? null : task.company_name;
  return [...new Set([task.deal_name, task.person_name, company].filter(Boolean))].join(' · ');
}

/** The record an item is about: its deal, else its person, else its company. */
export function itemPath({ task }: TodayItem) {
  if (task.deal_id) return { to: '/deals/$id' as const, params: { id: task.deal_id }, search: {} };
  if (task.person_id) return { to: '/people/$id' as const, params: { id: task.person_id }, search: {} };
  if (task.company_id) return { to: '/companies/$id' as const, params: { id: task.company_id }, search: {} };
  return { to: '/today' as const };
}
