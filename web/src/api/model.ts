/** The nouns of the API as the screen uses them. Ids are UUID text, instants RFC 3339 UTC, dates YYYY-MM-DD. */

export type Kind = 'company' | 'person' | 'deal';

export const stageKeys = [
  'prospecting',
  'outreach',
  'qualification',
  'nurturing',
  'offer',
  'objections',
  'closing',
] as const;
export type StageKey = (typeof stageKeys)[number];

export type Role = 'owner' | 'admin' | 'manager' | 'rep' | 'read_only';
export const roles: readonly Role[] = ['owner', 'admin', 'manager', 'rep', 'read_only'];

/** `minor` is in the smallest unit of `currency` (cents, won). */
export interface Money {
  minor: number;
  currency: string;
}

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

export interface Me {
  user: { id: string; name: string; email: string; locale: string; time_zone: string };
  workspace: Workspace;
  role: Role;
  memberships: { workspace_id: string; workspace_name: string; role: Role }[];
}

export interface Workspace {
  id: string;
  name: string;
  slug: string;
  time_zone: string;
  country: string;
  locale: string;
  currency: string;
  /** It was, or is being, filled with a sample year. */
  sample_data: boolean;
  settings: Record<string, unknown>;
}

export type FieldType =
  | 'text'
  | 'number'
  | 'money'
  | 'date'
  | 'instant'
  | 'choice'
  | 'multi_choice'
  | 'yes_no'
  | 'url'
  | 'person'
  | 'company'
  | 'user';

export interface FieldOption {
  key: string;
  label: { en: string; ko: string };
}

/** A column of a record kind, built in or made by an administrator. Custom ones are keyed `custom.<key>`. */
export interface Field {
  key: string;
  label: { en: string; ko: string };
  kind: FieldType;
  /** The words a choice may hold; empty when it is free. */
  options: FieldOption[];
  unit: string | null;
  custom: boolean;
  sortable: boolean;
  editable: boolean;
  required: boolean;
  multiline: boolean;
}

export interface RecordBase {
  id: string;
  revision: number;
  created_at: string;
  updated_at: string;
  deleted_at: string | null;
  custom?: Record<string, unknown>;
  [key: string]: unknown;
}

export interface Company extends RecordBase {
  name: string;
  domain: string | null;
  icp_score: number | null;
  icp_grade: string | null;
  icp_coverage: number | null;
  icp_reasons: unknown;
  website: string | null;
  linkedin_url: string | null;
  people: number;
  needs_people: boolean;
}

export interface Person extends RecordBase {
  name: string;
  given_name: string | null;
  family_name: string | null;
  title: string | null;
  company_id: string | null;
  company_name: string | null;
  email: string | null;
  phone: string | null;
  locale: string | null;
}

export type DealStatus = 'open' | 'won' | 'lost' | 'disqualified' | 'not_yet';

export interface Deal extends RecordBase {
  name: string;
  company_id: string | null;
  company_name: string | null;
  owner_id: string | null;
  stage: StageKey;
  status: DealStatus;
  value: Money | null;
  entered_stage_at: string;
  /** When the time in this stage is up. */
  sla_due_at: string | null;
  wake_on: string | null;
  missing: string[];
  why_them: string | null;
}

/** An event of the log as a record shows it. What `payload` holds depends on `kind`. */
export interface TimelineEntry {
  id: string;
  seq: number;
  kind: string;
  at: string;
  actor_kind: 'user' | 'token' | 'system' | 'outside' | (string & {});
  actor_id: string | null;
  actor_name: string | null;
  company_id: string | null;
  person_id: string | null;
  person_name: string | null;
  deal_id: string | null;
  deal_name: string | null;
  subject_id: string | null;
  payload: Record<string, unknown>;
  can_undo: boolean;
}

export interface Task {
  id: string;
  revision: number;
  title: string;
  kind: string;
  body: string | null;
  state: string;
  due_on: string | null;
  done_at: string | null;
  owner_id: string | null;
  deal_id: string | null;
  deal_name: string | null;
  company_id: string | null;
  company_name: string | null;
  person_id: string | null;
  person_name: string | null;
  /** Which step of which enrolment asked for it, where one did. */
  origin_key: string | null;
  stage: string | null;
}

export interface SearchHit {
  kind: Kind;
  id: string;
  title: string;
  subtitle: string | null;
}

export interface SavedView {
  id: string;
  name: string;
  kind: Kind;
  query: ViewQuery;
  shared: boolean;
  owner_id: string;
}

/** What a saved view shows. */
export interface ViewQuery {
  where?: string[];
  q?: string;
  sort?: string;
  columns?: string[];
}

export interface Job {
  id: string;
  kind: string;
  state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
  done: number;
  /** 0 when not known yet. */
  total: number;
  error: string | null;
  payload: Record<string, unknown>;
  result: Record<string, unknown> | null;
  started_at: string | null;
  finished_at: string | null;
}
