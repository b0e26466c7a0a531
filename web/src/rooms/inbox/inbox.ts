/** The shared inbox: what is asked of the server, and the decisions of the screen that need no screen. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { ConversationRow, ConversationThread, InboxCounts, MessageRow } from '@/api/generated/model';
import { api } from '@/api/http';
import type { Page } from '@/api/model';
import { todayIn } from '@/kit/format';
import { instantAt } from '@/kit/zonedTime';

export const whoses = ['mine', 'unassigned', 'everybody'] as const;
export type Whose = (typeof whoses)[number];
export const states = ['open', 'snoozed', 'done'] as const;
export type State = (typeof states)[number];

export interface InboxSearch {
  /** Mails of nobody, instead of conversations. */
  tab?: 'unmatched';
  whose?: Whose;
  state?: State;
  mailbox?: string;
  intent?: string;
  q?: string;
}

/** What stands in the address, as far as it means something. */
export function readSearch(search: Record<string, unknown>): InboxSearch {
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
  return {
    tab: search.tab === 'unmatched' ? 'unmatched' : undefined,
    whose: whoses.find((one) => one === search.whose && one !== 'mine'),
    state: states.find((one) => one === search.state && one !== 'open'),
    mailbox: text(search.mailbox),
    intent: text(search.intent),
    q: text(search.q),
  };
}

export function listPath(search: InboxSearch, me: string): string {
  const params = new URLSearchParams();
  const where = (condition: string) => params.append('where', condition);
  where(`state.eq.${search.state ?? 'open'}`);
  if ((search.whose ?? 'mine') === 'mine') where(`assigned_to.eq.${me}`);
  if (search.whose === 'unassigned') where('assigned_to.empty');
  if (search.mailbox) where(`mailbox_id.eq.${search.mailbox}`);
  if (search.intent) where(`intent.eq.${search.intent}`);
  if (search.q) params.set('q', search.q);
  return `/inbox/conversations?${params}`;
}

export function conversationsQuery(search: InboxSearch, me: string) {
  const path = listPath(search, me);
  return infiniteQueryOptions({
    queryKey: ['/inbox', 'conversations', path],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<ConversationRow>>(
        pageParam ? `${path}&cursor=${encodeURIComponent(pageParam)}` : path,
        signal,
      ),
    getNextPageParam: (last) => last.next_cursor,
    enabled: me !== '',
  });
}

export function threadQuery(id: string) {
  return queryOptions({
    queryKey: ['/inbox', 'thread', id],
    queryFn: ({ signal }) => api.get<ConversationThread>(`/inbox/conversations/${id}`, signal),
  });
}

export const countsQuery = queryOptions({
  queryKey: ['/inbox', 'counts'],
  queryFn: ({ signal }) => api.get<InboxCounts>('/inbox/counts', signal),
});

/** Conversations are counted up to this. */
const counted = 1000;

/** Whether a number means "that many or more". */
export function isCapped(count: number): boolean {
  return count >= counted;
}

/** Whether they wait: nobody answered by hand since they wrote. */
export function awaits(row: Pick<ConversationRow, 'answered_at' | 'last_in_at'>): boolean {
  return !row.answered_at || Date.parse(row.answered_at) < Date.parse(row.last_in_at);
}

/** Whether a conversation still belongs to the list on screen. */
export function belongs(
  row: Pick<ConversationRow, 'state' | 'assigned_to'>,
  search: InboxSearch,
  me: string,
): boolean {
  if (row.state !== (search.state ?? 'open')) return false;
  const whose = search.whose ?? 'mine';
  return whose === 'everybody' || (row.assigned_to ?? null) === (whose === 'mine' ? me : null);
}

/** What they wrote themselves, and all of it where that says more. */
export function folded(mail: Pick<MessageRow, 'direction' | 'text' | 'excerpt'>): {
  shown: string;
  whole: string | null;
} {
  const own = mail.excerpt?.trim() ?? '';
  if (mail.direction === 'out' || own === '') return { shown: mail.text.trim(), whole: null };
  const squeeze = (text: string) => text.replace(/\s+/g, ' ').trim();
  return { shown: own, whole: squeeze(own) === squeeze(mail.text) ? null : mail.text.trim() };
}

export const rests = ['hours', 'tomorrow', 'days', 'week', 'weeks', 'month'] as const;
export type Rest = (typeof rests)[number];

/** The hour at which what rested comes back. */
export const wakeHour = 9;

/** Until when each choice lets a conversation rest, on the reader's clock. */
export function restUntil(rest: Rest, zone: string, now: number): Date {
  if (rest === 'hours') return new Date(now + 3 * 3_600_000);
  const today = todayIn(zone, now);
  const after = (days: number) => {
    const day = new Date(Date.parse(`${today}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
    return instantAt(zone, day, wakeHour);
  };
  const weekday = new Date(`${today}T00:00:00Z`).getUTCDay();
  // The Monday after today.
  if (rest === 'week') return after((8 - weekday) % 7 || 7);
  return after({ tomorrow: 1, days: 3, weeks: 14, month: 30 }[rest]);
}
