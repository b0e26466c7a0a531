import { useQuery } from '@tanstack/react-query';
import i18next from 'i18next';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import type { Field, Kind, Money, RecordBase, TimelineEntry } from '@/api/model';
import { fieldOf, membersQuery, useFields } from '@/api/records';
import { textOr } from '@/i18n/texts';
import { choicesOf, fieldLabel, isEmpty } from '../fields/labels';
import { useFormat } from '../format';
import { countryName } from '../regions';
import { bodyOf, keysOf, object, type Payload, stopReason, text, valuesOf } from './eventWords';

interface EventText {
  title: string;
  body: string | null;
}

/** Says in the reader's language what an event of the log means. */
export function useEventText(entry: TimelineEntry): EventText {
  const { t } = useTranslation();
  const data = object(entry.payload);
  const sequence = useSequenceName(entry.kind, data);
  const changes = useChanges(entry.kind, data);
  const say = (key: string, otherwise: string) => textOr(t, key, otherwise);
  const keys = keysOf(entry.kind, data).map((key) => `timeline.event.${key}`);
  const key = keys.find((one) => i18next.exists(one)) ?? '';
  const name = sequence && t('timeline.sequence', { name: sequence });
  const values = { ...valuesOf(entry.kind, data, say), name };
  const told = textOr(t, key, entry.kind.replace(/[._]/g, ' '), values).replace(/[:：]\s*$/, '');
  const why = entry.kind === 'enrolment.moved' ? stopReason(say, data.reason) : '';
  const title = why ? t('timeline.because', { title: told, why }) : told;
  return { title, body: bodyOf(entry.kind, data, say) || changes.join('\n') || null };
}

/** The event of a sequence's end tells its id only. */
function useSequenceName(kind: string, data: Payload): string {
  const { data: sequences } = useQuery({
    queryKey: ['/sequences'],
    queryFn: () => api.get<{ id: string; name: string }[]>('/sequences'),
    enabled: kind === 'enrolment.moved',
  });
  return text(data.sequence) || (sequences?.find((one) => one.id === data.sequence_id)?.name ?? '');
}

const records: Record<string, Kind> = {
  'company.changed': 'company',
  'person.changed': 'person',
  'deal.changed': 'deal',
  'company.merged': 'company',
  'person.merged': 'person',
};

/** Each changed field of a record with what it was and what it is. */
function useChanges(kind: string, data: Payload): string[] {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const changed = records[kind];
  const all = { company: useFields('company'), person: useFields('person'), deal: useFields('deal') };
  const { data: members } = useQuery({ ...membersQuery, enabled: changed !== undefined });
  if (!changed) return [];
  const fields = all[changed];
  const before = object(data.before) as RecordBase;
  const after = object(data.after) as RecordBase;
  const word = (field: Field, value: unknown): string => {
    if (isEmpty(value)) return '–';
    if (Array.isArray(value)) return value.map((one) => word(field, one)).join(', ');
    const choice = choicesOf(field, i18n.language, t).find((one) => one.value === value);
    if (choice) return choice.label;
    if (field.key === 'country') return countryName(i18n.language, String(value));
    if (field.kind === 'user') return members?.find((one) => one.user_id === value)?.name ?? '…';
    if (field.kind === 'yes_no') return t(value ? 'kit.yes' : 'kit.no');
    if (field.kind === 'date') return format.date(String(value));
    if (field.kind === 'instant') return format.dateTime(String(value));
    if (field.kind === 'company' || field.kind === 'person') return '…';
    if (typeof value === 'number' && field.key !== 'founded_year') return format.number(value);
    if (typeof value !== 'object') return String(value);
    const { minor, currency, value: point } = value as Partial<Money> & { value?: unknown };
    return minor !== undefined && currency ? format.money({ minor, currency }) : text(point) || '…';
  };
  return fields.flatMap((field) => {
    const [old, now] = [fieldOf(before, field), fieldOf(after, field)];
    if (now === undefined || JSON.stringify(old) === JSON.stringify(now)) return [];
    return [`${fieldLabel(field, i18n.language)}: ${word(field, old)} → ${word(field, now)}`];
  });
}
