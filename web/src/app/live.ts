import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api } from '@/api/http';
import { useMe } from './session';

interface Change {
  seq: number;
  kind: string;
  company_id: string | null;
  person_id: string | null;
  deal_id: string | null;
}

/** What a burst of changes touches is asked again once, after it has been quiet for this long. */
const settleMilliseconds = 400;
/** Longest a screen waits where changes never pause, as while thousands of companies are scored. */
const longestMilliseconds = 2_000;

/** Query keys begin with the path they were read from; a change names the records it touched. */
function touched(change: Change): string[] {
  const keys = ['/today'];
  if (change.company_id) keys.push('/companies');
  if (change.person_id) keys.push('/people');
  if (change.deal_id) keys.push('/deals', '/cycle', '/insight');
  if (change.company_id || change.person_id) keys.push('/duplicates', '/enrichment');
  const room = change.kind.split('.')[0] ?? '';
  if (['task', 'activity', 'call'].includes(room)) keys.push('/tasks', '/calls');
  if (['mail', 'reply', 'message', 'conversation', 'enrolment', 'sequence'].includes(room))
    keys.push('/sequences', '/enrolments', '/messages', '/inbox');
  if (['consent', 'contact'].includes(room) || /^(person|company)\.changed$/.test(change.kind))
    keys.push('/mail-basis');
  if (room === 'snippet') keys.push('/snippets');
  if (room === 'piece') keys.push('/pieces', '/enrolments', '/tasks');
  if (['meeting', 'activity', 'reply'].includes(room)) keys.push('/meetings');
  if (room === 'territory') keys.push('/territories');
  if (room === 'enrichment_provider') keys.push('/enrichment-providers');
  if (['mailbox', 'import', 'icp'].includes(room)) keys.push('/mailboxes', '/imports', '/icp-profiles');
  if (['mailbox', 'domain'].includes(room)) keys.push('/sending-domains');
  return keys;
}

/** What the progress of a kind of job changes on screens. */
const jobKeys: Record<string, string[]> = {
  find_duplicates: ['/duplicates'],
  enrich: ['/enrichment', '/enrichment-providers'],
};

/**
 * Keeps every open screen up to date by server-sent events. The browser reconnects by itself; `resync` says that
 * some changes were missed, so everything is asked again.
 */
export function useLive(): void {
  const client = useQueryClient();
  const workspace = useMe()?.workspace.id;
  useEffect(() => {
    if (!workspace) return;
    const source = new EventSource(`${api.url('/live')}?workspace=${workspace}`);
    const stale = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let since: number | undefined;
    const flush = () => {
      since = undefined;
      for (const key of stale) void client.invalidateQueries({ queryKey: [key] });
      stale.clear();
    };
    const later = () => {
      since ??= Date.now();
      clearTimeout(timer);
      const left = since + longestMilliseconds - Date.now();
      timer = setTimeout(flush, Math.max(0, Math.min(settleMilliseconds, left)));
    };
    source.addEventListener('change', (event) => {
      for (const key of touched(JSON.parse(event.data) as Change)) stale.add(key);
      later();
    });
    source.addEventListener('job', (event) => {
      const job = JSON.parse(event.data) as { id: string; kind: string };
      client.setQueryData(['/jobs', job.id], job);
      for (const key of jobKeys[job.kind] ?? ['/imports']) stale.add(key);
      later();
    });
    source.addEventListener('resync', () => void client.invalidateQueries());
    return () => {
      clearTimeout(timer);
      source.close();
    };
  }, [client, workspace]);
}
