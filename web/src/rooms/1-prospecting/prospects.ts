/** People of a company as they are written down, several at once. */
import type { CommitteeRole } from '@/api/committee';

export interface ProspectRow {
  name: string;
  title: string;
  email: string;
  linkedin_url: string;
  /** Chosen by hand; null for what the title says. */
  roles: CommitteeRole[] | null;
  /** Somebody of the same name there is another person. */
  anyway: boolean;
}

export interface KnownPerson {
  id: string;
  name: string;
  title: string | null;
  email: string | null;
  company_id: string | null;
}

export interface ProspectAnswer {
  row: number;
  outcome: 'created' | 'known' | 'same_name' | 'elsewhere' | 'refused';
  person_id: string | null;
  roles: CommitteeRole[];
  same_as: KnownPerson | null;
  errors: { field: string; code: string; message: string }[];
}

export interface ProspectsAnswer {
  deal_id: string | null;
  rows: ProspectAnswer[];
}

export const emptyRow: ProspectRow = {
  name: '',
  title: '',
  email: '',
  linkedin_url: '',
  roles: null,
  anyway: false,
};

export function isBlank(row: ProspectRow): boolean {
  return [row.name, row.title, row.email, row.linkedin_url].every((text) => text.trim() === '');
}

/** Rows as the server takes them; blank ones are left out. */
export function sendable(rows: ProspectRow[]) {
  return rows
    .filter((row) => !isBlank(row))
    .map((row) => ({
      name: row.name.trim(),
      title: row.title.trim() || null,
      email: row.email.trim() || null,
      linkedin_url: row.linkedin_url.trim() || null,
      roles: row.roles,
      anyway: row.anyway,
    }));
}

/** Rows that still need a decision or a correction, with what was said of them. */
export function unfinished(rows: ProspectRow[], answers: ProspectAnswer[]) {
  const sent = rows.filter((row) => !isBlank(row));
  return answers
    .filter((one) => one.outcome !== 'created' && one.outcome !== 'known')
    .flatMap((told) => {
      const row = sent[told.row];
      return row ? [{ row, told }] : [];
    });
}
