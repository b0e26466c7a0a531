import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import type { Field, Job, Kind } from '@/api/model';
import { paths, useFields, useRefresh } from '@/api/records';
import { textOr } from '@/i18n/texts';
import { fieldLabel } from '@/kit/fields/labels';
import { notifyProblem, notifyUndo } from '@/kit/notify';

export type EnrichedKind = Exclude<Kind, 'deal'>;

export const transforms = ['text', 'number', 'year', 'money', 'choice', 'host', 'list'] as const;
export type Transform = (typeof transforms)[number];

/** One value of an answer, and where it goes. */
export interface Rule {
  from: string;
  to: string;
  transform: Transform;
  choices: { from: string; to: string }[];
  currency: string | null;
  confidence: number;
}

export interface SourceRequest {
  method: 'GET' | 'POST';
  url: string;
  headers: { name: string; value: string }[];
  body: string | null;
}

/** What an administrator set up of a source. */
export interface SourceContent {
  name: string;
  enabled: boolean;
  source: 'http' | 'website';
  on: EnrichedKind;
  request: SourceRequest | null;
  mapping: Rule[];
  quota: { per_day: number | null; per_month: number | null; spacing_ms: number };
  cache_days: number;
  timeout_seconds: number;
  on_arrival: boolean;
  refresh_days: number | null;
}

export interface Source {
  id: string;
  content: SourceContent;
  secret_names: string[];
  used_today: number;
  used_this_month: number;
  trouble: { reason: string; detail: string; at: string } | null;
  paused_until: string | null;
  revision: number;
}

/** What a source said of a field of a record. */
export interface SaidValue {
  id: string;
  field: string;
  value: unknown;
  current: unknown;
  holds: boolean;
  state: 'written' | 'proposed' | 'same' | 'rejected' | 'beside';
  provider_id: string;
  provider_name: string;
  confidence: number;
  source_url: string | null;
  fetched_at: string;
}

export interface SourceRun {
  provider_id: string;
  provider_name: string;
  state: 'queued' | 'due' | 'done' | 'nothing' | 'failed';
  reason: string | null;
  detail: string | null;
  written: number;
  proposed: number;
  cached: boolean;
  asked_at: string;
  job_id: string | null;
}

export interface Enrichment {
  values: SaidValue[];
  runs: SourceRun[];
  sources: number;
}

export type Standing = 'write' | 'same' | 'propose' | 'rejected' | 'beside' | 'unfit';

/** What a trial came to. */
export interface Trial {
  request: { method: string; url: string; headers: string[]; body: string | null } | null;
  answer: { status: number | null; text: string; took_ms: number } | null;
  values: {
    to: string;
    raw: unknown;
    value: unknown;
    fault: string | null;
    current: unknown;
    standing: Standing;
  }[];
  reason: string | null;
  detail: string | null;
}

export const sourcesQuery = queryOptions({
  queryKey: ['/enrichment-providers'],
  queryFn: () => api.get<Source[]>('/enrichment-providers'),
});

export function sourceQuery(id: string) {
  return queryOptions({
    queryKey: ['/enrichment-providers', id],
    queryFn: () => api.get<Source>(`/enrichment-providers/${id}`),
  });
}

export function enrichmentQuery(kind: EnrichedKind, id: string) {
  return queryOptions({
    queryKey: ['/enrichment', kind, id],
    queryFn: () => api.get<Enrichment>(`${paths[kind]}/${id}/enrichment`),
  });
}

/** The newest jobs that ask sources, those under way first. */
export const enrichJobsQuery = queryOptions({
  queryKey: ['/jobs', 'enrich'],
  queryFn: async () => (await api.get<Job[]>('/jobs')).filter((job) => job.kind === 'enrich'),
});

export function isUnderWay(job: Pick<Job, 'state'> | undefined): boolean {
  return job?.state === 'queued' || job?.state === 'running';
}

/** A source to begin with: it can be kept and asks nobody before it is switched on. */
export function firstSource(name: string): SourceContent {
  const rule: Rule = {
    from: '/employees',
    to: 'employees',
    transform: 'number',
    choices: [],
    currency: null,
    confidence: 0.8,
  };
  return {
    name,
    enabled: false,
    source: 'http',
    on: 'company',
    request: {
      method: 'GET',
      url: 'https://api.example.com/companies?domain={{ domain }}',
      headers: [],
      body: null,
    },
    mapping: [rule],
    quota: { per_day: 100, per_month: 1000, spacing_ms: 1000 },
    cache_days: 30,
    timeout_seconds: 15,
    on_arrival: false,
    refresh_days: null,
  };
}

/** What is written the same in every language. */
export const examples = {
  from: '/company/size',
  to: 'employees',
  choices: 'SaaS = software, Games = games',
  currency: 'USD',
  header: 'Authorization',
  value: 'Bearer {{ secret.key }}',
  body: '{ "domain": "{{ domain }}" }',
  variables: {
    company: '{{ domain }} {{ name }} {{ country }}',
    person: '{{ email }} {{ name }} {{ company.domain }}',
  },
  more: '{{ custom.… }} {{ secret.key }}',
};

/** Secrets a template asks for, in the order in which it does: `{{ secret.key }}`. */
export function secretsOf(request: SourceRequest | null): string[] {
  const parts = [request?.url, ...(request?.headers.map((header) => header.value) ?? []), request?.body];
  const found = parts.flatMap((part) =>
    [...(part ?? '').matchAll(/secret\.([a-z0-9_]+)/g)].map((m) => m[1] ?? ''),
  );
  return [...new Set(found)];
}

/** What may be filled in: what people write, but not whose a record is and where it came from. */
const notFilled = [
  'source',
  'source_date',
  'lawful_basis',
  'do_not_contact',
  'preferred_channel',
  'emails',
  'phones',
  'profiles',
];

export function mayFill(field: Field): boolean {
  const kept = ['user', 'company', 'person'].includes(field.kind);
  return field.editable && !kept && !notFilled.includes(field.key);
}

/** Names our fields, and words kept beside the record. */
export function useTargetName(kind: EnrichedKind): (field: string) => string {
  const { t, i18n } = useTranslation();
  const fields = useFields(kind);
  return (key) => {
    const word = key.replace(/^extra\./, '');
    if (word !== key) return textOr(t, `enrichment.extra.${word}`, word.replace(/_/g, ' '));
    const bare = key.replace(/^custom\./, '');
    const field = fields.find((one) => one.key === key || (one.custom && one.key === bare));
    return field ? fieldLabel(field, i18n.language) : key;
  };
}

type Decision = 'accept' | 'reject';

function idsOf(proposals: Proposal[]): string[] {
  return proposals.flatMap(({ said }) => said.map((one) => one.id));
}

/** Accepts or rejects what was proposed; either can be taken back. */
export function useDecide(kind: EnrichedKind, id: string) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const refresh = useRefresh();
  const settle = async (ids: string[], decision: Decision | 'reopen') => {
    const after = await api.post<Enrichment>('/enrichment/decide', { ids, decision });
    client.setQueryData(enrichmentQuery(kind, id).queryKey, after);
    await refresh(kind);
  };
  return useMutation({
    mutationFn: ({ which, decision }: { which: Proposal[]; decision: Decision }) =>
      settle(idsOf(which), decision),
    onError: notifyProblem,
    onSuccess: (_, { which, decision }) => {
      const said = t(`enrichment.decided.${decision}`, { count: which.length });
      notifyUndo(said, () => settle(idsOf(which), 'reopen'));
    },
  });
}

/** What is proposed for a field, and all the sources that say so. */
export interface Proposal {
  field: string;
  value: unknown;
  current: unknown;
  said: SaidValue[];
}

/** Values that wait for somebody: one line for each field and value, the surest of a field first. */
export function proposalsOf(values: SaidValue[]): Proposal[] {
  const found: Proposal[] = [];
  for (const one of values.filter((value) => value.state === 'proposed')) {
    const same = found.find(
      (other) => other.field === one.field && JSON.stringify(other.value) === JSON.stringify(one.value),
    );
    if (same) same.said.push(one);
    else found.push({ field: one.field, value: one.value, current: one.current, said: [one] });
  }
  const surest = (proposal: Proposal) => Math.max(...proposal.said.map((one) => one.confidence));
  return found.sort((a, b) => a.field.localeCompare(b.field) || surest(b) - surest(a));
}

/** One value for each field, the surest: what accepting all accepts. */
export function surestOf(proposals: Proposal[]): Proposal[] {
  return proposals.filter((one, at) => proposals.findIndex((other) => other.field === one.field) === at);
}
