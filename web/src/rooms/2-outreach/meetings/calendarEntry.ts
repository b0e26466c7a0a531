import type { BookableHoursInput, CalendarView } from '@/api/generated/model';

/** What was typed about a calendar; `url` left out keeps the one that is there. */
export interface CalendarEntry {
  url?: string | null;
  user?: string;
  password?: string;
}

/** As it is sent: a name and a password only together, of a calendar that stays or comes. */
export function entered({ url, user, password }: CalendarEntry): Partial<BookableHoursInput> {
  const body: Partial<BookableHoursInput> = {};
  if (url !== undefined) body.calendar_url = url;
  if (url !== null && (user || password)) {
    body.calendar_user = user ?? '';
    body.calendar_password = password ?? '';
  }
  return body;
}

/** Whether its server asks who is reading. */
export function asksWho(calendar: CalendarView): boolean {
  return calendar.failure_code === 'sign_in' || calendar.failure_code === 'password';
}

/** Why a calendar could not be read, by its word. */
export const faults = [
  'sign_in',
  'password',
  'none',
  'too_large',
  'cut',
  'not_xml',
  'refused',
  'away',
  'kept',
] as const;

export function faultOf(calendar: CalendarView): (typeof faults)[number] | undefined {
  return faults.find((fault) => fault === calendar.failure_code);
}
