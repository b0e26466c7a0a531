import { queryOptions } from '@tanstack/react-query';
import { api } from '@/api/http';
import type { ResearchKind } from '@/api/research';
import type { Windows } from './windows';

export type Security = 'tls' | 'starttls' | 'none';

export interface Server {
  host: string;
  port: number;
  security: Security;
  username: string;
}

export interface Mailbox {
  id: string;
  email: string;
  from_name: string;
  smtp: Server;
  imap: Server;
  daily_cap: number;
  state: 'active' | 'paused' | 'error';
  /** Why it does not work. */
  state_reason: string | null;
}

/** How far a test of a mailbox came. */
export interface TestStep {
  step: string;
  ok: boolean;
  detail: string | null;
}

export interface SequenceStep {
  /** A mail, or a task for a person. */
  kind?: 'mail' | 'task';
  thread?: 'new' | 'reply' | null;
  /** Business days after the step before. */
  delay_days: number;
  subject: string;
  body: string;
}

export interface Sequence {
  id: string;
  name: string;
  goal: string;
  state: string;
  steps: SequenceStep[];
  mailbox_id: string | null;
  windows: Windows;
  /** People on their way. */
  running: number;
  replied: number;
  revision: number;
}

export interface PreviewMessage {
  step: number;
  subject: string;
  text: string;
  /** Merge fields without value and without fallback; such a mail is never sent. */
  missing: string[];
  warnings: string[];
  /** When it would leave, in the recipient's local time. */
  due_local: string | null;
}

/** Who was put into the sequence, and who was not and why. */
export interface EnrolRefusal {
  person_id: string | null;
  person_name: string | null;
  company_id: string | null;
  deal_id: string | null;
  code: string;
  message: string;
  research: { have: number; need: number; missing: ResearchKind[] } | null;
}

export interface EnrolAnswer {
  enrolled: string[];
  refused: EnrolRefusal[];
}

export const mailboxesQuery = queryOptions({
  queryKey: ['/mailboxes'],
  queryFn: () => api.get<Mailbox[]>('/mailboxes'),
});
export const sequencesQuery = queryOptions({
  queryKey: ['/sequences'],
  queryFn: () => api.get<Sequence[]>('/sequences'),
});

export function sequenceQuery(id: string) {
  return queryOptions({ queryKey: ['/sequences', id], queryFn: () => api.get<Sequence>(`/sequences/${id}`) });
}

export const goals = ['conversation', 'meeting', 'referral', 'event', 'sale'] as const;

/** Merge fields a mail may use, as the composer offers them. */
export const mergeFields = [
  'person.given_name',
  'person.family_name',
  'person.name',
  'person.title',
  'company.name',
  'company.industry',
  'company.city',
  'deal.why_them',
  'sender.name',
] as const;
