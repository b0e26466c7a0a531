import { queryOptions } from '@tanstack/react-query';
import type {
  BookableHours,
  Meeting,
  MeetingKind,
  MeetingKindInput,
  MeetingTimes,
} from '@/api/generated/model';
import { api } from '@/api/http';
import type { Page } from '@/api/model';

export const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Day = (typeof days)[number];

export const places = ['video', 'phone', 'in_person', 'other'] as const;
export type Place = (typeof places)[number];
export const states = ['booked', 'moved', 'cancelled', 'held', 'missed'] as const;

/** Where a meeting stands, by its word. */
export function stateOf(meeting: Meeting): (typeof states)[number] {
  return states.find((state) => state === meeting.state) ?? 'booked';
}

/** A place by its word. */
export function placeOf(word: string | undefined): Place {
  return places.find((place) => place === word) ?? 'other';
}

export const hoursQuery = queryOptions({
  queryKey: ['/me/bookable-hours'],
  queryFn: () => api.get<BookableHours>('/me/bookable-hours'),
});

/** The kinds of meetings a member offers. */
export function kindsQuery(ownerId: string) {
  return queryOptions({
    queryKey: ['/meeting-kinds', ownerId],
    queryFn: () => api.get<Page<MeetingKind>>(`/meeting-kinds?where=owner_id.eq.${ownerId}&limit=50`),
  });
}

/** A person's meetings, the latest first. */
export function meetingsOf(personId: string) {
  return queryOptions({
    queryKey: ['/meetings', personId],
    queryFn: () => api.get<Page<Meeting>>(`/meetings?where=person_id.eq.${personId}&limit=20`),
  });
}

/** When a meeting could be instead. */
export function timesOf(meetingId: string) {
  return queryOptions({
    queryKey: ['/meetings', meetingId, 'times'],
    queryFn: () => api.get<MeetingTimes>(`/meetings/${meetingId}/times`),
    gcTime: 0,
  });
}

/** Where a kind of meeting is booked, as somebody outside reaches it. */
export function bookingUrl(kind: MeetingKind): string {
  return `${window.location.origin}/m/${kind.token}`;
}

export function firstKind(name: string): MeetingKindInput {
  return {
    name,
    text: '',
    minutes: 30,
    before_minutes: 0,
    after_minutes: 15,
    step_minutes: 30,
    notice_minutes: 240,
    horizon_days: 30,
    place_kind: 'video',
    place: '',
    active: true,
  };
}

/** The name of a weekday, Monday first, in a language. */
export function dayName(locale: string, day: Day): string {
  const monday = Date.UTC(2024, 0, 1);
  const at = new Date(monday + days.indexOf(day) * 86_400_000);
  return new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' }).format(at);
}

/** Whether a person has to say what became of it: it began, and nobody said so yet. */
export function waits(meeting: Meeting, now: number): boolean {
  return ['booked', 'moved'].includes(meeting.state) && Date.parse(meeting.starts_at) <= now;
}

/** Whether it lies ahead. */
export function liesAhead(meeting: Meeting, now: number): boolean {
  return ['booked', 'moved'].includes(meeting.state) && Date.parse(meeting.starts_at) > now;
}
