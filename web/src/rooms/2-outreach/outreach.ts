import { queryOptions } from '@tanstack/react-query';
import type {
  PreviewMail,
  SendingDomains,
  SequenceView,
  TrackingHost,
  VariantsView,
} from '@/api/generated/model';
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
  /** How many a day as it stands. */
  cap_now: number;
  hourly_cap: number | null;
  /** The step of a new mailbox's ramp; null: it has been sending for long. */
  ramp_level: number | null;
  state: 'active' | 'paused' | 'error';
  /** Why it does not work. */
  state_reason: string | null;
  /** Where it signs in instead of with passwords. */
  sign_in_provider_id: string | null;
  /** Whether somebody has to sign in there again; its mails wait. */
  signed_out: boolean;
}

/** How far a test of a mailbox came. */
export interface TestStep {
  step: string;
  ok: boolean;
  detail: string | null;
}

export type Sequence = Omit<SequenceView, 'windows'> & { windows: Windows };

export type PreviewMessage = PreviewMail;

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
export const sendingDomainsQuery = queryOptions({
  queryKey: ['/sending-domains'],
  queryFn: () => api.get<SendingDomains>('/sending-domains'),
});
export const trackingHostQuery = queryOptions({
  queryKey: ['/tracking-host'],
  queryFn: () => api.get<TrackingHost>('/tracking-host'),
});
export const sequencesQuery = queryOptions({
  queryKey: ['/sequences'],
  queryFn: () => api.get<Sequence[]>('/sequences'),
});

export function sequenceQuery(id: string) {
  return queryOptions({ queryKey: ['/sequences', id], queryFn: () => api.get<Sequence>(`/sequences/${id}`) });
}

/** What the wordings of the saved steps brought. */
export function variantsQuery(id: string, revision: number) {
  return queryOptions({
    queryKey: ['/sequences', id, 'variants', revision],
    queryFn: () => api.get<VariantsView[]>(`/sequences/${id}/variants`),
  });
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
  'booking_link',
] as const;
