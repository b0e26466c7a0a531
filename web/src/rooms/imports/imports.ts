import { queryOptions } from '@tanstack/react-query';
import type {
  ColumnSuggestion,
  Duplicates,
  Import,
  ImportView,
  PlanPatch,
  Plan as PlanShape,
  Target,
} from '@/api/generated/model';
import { api } from '@/api/http';
import type { Job, Kind } from '@/api/model';

export type { ColumnSuggestion, Duplicates, Import, ImportView, PlanPatch, Target };

export const importKinds: readonly Kind[] = ['company', 'person', 'deal'];
export const encodings = ['utf-8', 'utf-8-bom', 'utf-16le', 'utf-16be', 'cp949', 'windows-1252'] as const;
export const delimiters = [',', ';', '\t', '|'] as const;

/** What a column can be that is no field of the record but says where it belongs. */
export const links = {
  company: ['owner'],
  person: ['company', 'company_domain', 'owner'],
  deal: [
    'company',
    'company_domain',
    'owner',
    'stage',
    'status',
    'created_at',
    'closed_at',
    'lost_reason',
    'currency',
  ],
} as const;
export const lawfulBases = ['consent', 'customer', 'legitimate_interest', 'published', 'inquiry'] as const;

/** Companies and people are kept on a ground; a deal stands on its company's. */
export function needsBasis(kind: Kind, plan: PlanShape): boolean {
  const said = plan.columns.some(({ target }) => target.to === 'field' && target.key === 'lawful_basis');
  return kind !== 'deal' && !plan.lawful_basis && !said;
}

export function planOf(one: Import): PlanShape {
  return one.plan as unknown as PlanShape;
}

export function isRunning(one: Import | undefined): boolean {
  return one?.state === 'queued' || one?.state === 'running';
}

export function importQuery(id: string) {
  return queryOptions({
    queryKey: ['/imports', id],
    queryFn: () => api.get<ImportView>(`/imports/${id}`),
    refetchInterval: (query) => (isRunning(query.state.data) ? 1000 : false),
  });
}

/** The job of an import; asked again every second while it runs, besides what the live stream tells. */
export function jobQuery(id: string | null | undefined) {
  return queryOptions({
    queryKey: ['/jobs', id],
    queryFn: () => api.get<Job>(`/jobs/${id}`),
    enabled: Boolean(id),
    refetchInterval: (query) => {
      const state = query.state.data?.state;
      return state === 'queued' || state === 'running' ? 1000 : false;
    },
  });
}

/** The latest trial of an import, found among the recent jobs; null when there was none. */
export function trialQuery(id: string) {
  return queryOptions({
    queryKey: ['/jobs', 'trial', id],
    queryFn: async () => {
      const jobs = await api.get<Job[]>('/jobs');
      return jobs.find((job) => job.payload.import_id === id && job.payload.dry_run === true) ?? null;
    },
    refetchInterval: (query) => {
      const state = query.state.data?.state;
      return state === 'queued' || state === 'running' ? 1000 : false;
    },
  });
}

/** Where a row is at fault, and why; no column when it is the row as a whole. */
export interface Refusal {
  line: number;
  column: string | null;
  cell: string | null;
  reason: string;
}

/** The first refused rows of a job that has ended; all are in the file. */
export function firstRefusals(job: Job | null | undefined): Refusal[] {
  return (job?.result as { first_refusals?: Refusal[] } | null | undefined)?.first_refusals ?? [];
}

/** How many rows became what. */
export interface Tally {
  rows: number;
  created: number;
  updated: number;
  skipped: number;
  refused: number;
}

export function tallyOf(one: Import): Tally {
  const { rows_read: rows, created, updated, skipped, refused } = one;
  return { rows, created, updated, skipped, refused };
}

export const importsQuery = queryOptions({
  queryKey: ['/imports'],
  queryFn: () => api.get<Import[]>('/imports'),
});
