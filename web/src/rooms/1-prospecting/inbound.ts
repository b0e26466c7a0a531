import { queryOptions } from '@tanstack/react-query';
import { api } from '@/api/http';

export interface Label {
  en: string;
  ko: string;
}

export interface FormField {
  field: string;
  required: boolean;
  label?: Label | null;
}

export const textKeys = ['title', 'intro', 'button', 'thanks'] as const;
export type TextKey = (typeof textKeys)[number];

/** A form as a manager sets it up. */
export interface FormContent {
  name: string;
  texts: Record<TextKey, Label>;
  fields: FormField[];
  consent: { text: Label; required: boolean } | null;
  redirect_url: string | null;
  source: string | null;
  owner_ids: string[];
  per_address: number;
  per_form: number;
  active: boolean;
}

export interface LeadForm {
  id: string;
  content: FormContent;
  consent_version: number;
  revision: number;
  page_url: string;
}

/** A field a form may ask for. */
export interface Askable {
  key: string;
  label: Label;
}

/** Somebody who got in touch, as it came in. */
export interface LeadArrival {
  id: string;
  form_name: string | null;
  state: 'arrived' | 'spam';
  spam_reason: 'trap_filled' | 'too_quick' | null;
  given: Record<string, unknown>;
  source: string | null;
  consent_text: string | null;
  consent_version: number | null;
  consented_at: string | null;
  address: string | null;
  person_id: string | null;
  person_name: string | null;
  company_name: string | null;
  created_at: string;
}

export const leadFormsQuery = queryOptions({
  queryKey: ['/lead-forms'],
  queryFn: () => api.get<LeadForm[]>('/lead-forms'),
});

export function leadFormQuery(id: string) {
  return queryOptions({
    queryKey: ['/lead-forms', id],
    queryFn: () => api.get<LeadForm>(`/lead-forms/${id}`),
  });
}

export const askableQuery = queryOptions({
  queryKey: ['/lead-forms/fields'],
  queryFn: () => api.get<Askable[]>('/lead-forms/fields'),
});

/** The newest that came in, in one state. */
export function arrivalsQuery(state: LeadArrival['state']) {
  return queryOptions({
    queryKey: ['/lead-arrivals', state],
    queryFn: () => api.get<{ items: LeadArrival[] }>(`/lead-arrivals?where=state.eq.${state}&limit=100`),
  });
}

/** What a manager starts from. */
export function firstForm(name: string): FormContent {
  const empty = { en: '', ko: '' };
  return {
    name,
    texts: { title: empty, intro: empty, button: empty, thanks: empty },
    fields: [
      { field: 'person.name', required: true },
      { field: 'person.email', required: true },
      { field: 'company.name', required: false },
      { field: 'message', required: true },
    ],
    consent: null,
    redirect_url: null,
    source: null,
    owner_ids: [],
    per_address: 10,
    per_form: 200,
    active: true,
  };
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');
}

/** What a site puts into a page to show the form there. */
export function snippetOf(form: Pick<LeadForm, 'page_url' | 'content'>): string {
  return `<script src="${escaped(form.page_url)}/embed.js" data-title="${escaped(form.content.name)}" async></script>`;
}

/** The list with one field moved up (-1) or down (1); past an end it stays. */
export function moved<T>(list: readonly T[], index: number, by: -1 | 1): T[] {
  const next = [...list];
  const other = index + by;
  const [one, two] = [next[index], next[other]];
  if (one === undefined || two === undefined) return next;
  next[index] = two;
  next[other] = one;
  return next;
}

/** What was written, in one line each, the message last. */
export function linesOf(given: Record<string, unknown>): [string, string][] {
  const lines: [string, string][] = [];
  const walk = (key: string, value: unknown) => {
    if (value === null || value === undefined || value === '') return;
    if (Array.isArray(value)) lines.push([key, value.map(String).join(', ')]);
    else if (typeof value === 'object') for (const [k, v] of Object.entries(value)) walk(`${key}.${k}`, v);
    else lines.push([key, String(value)]);
  };
  for (const [key, value] of Object.entries(given)) walk(key, value);
  return lines.sort((a, b) => Number(a[0] === 'message') - Number(b[0] === 'message'));
}
