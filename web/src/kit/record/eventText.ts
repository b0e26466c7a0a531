import { useTranslation } from 'react-i18next';
import { type Money, stageKeys, type TimelineEntry } from '@/api/model';
import { useFields } from '@/api/records';
import { textOr } from '@/i18n/texts';
import { fieldLabel } from '../fields/labels';
import { useFormat } from '../format';

interface EventText {
  title: string;
  body: string | null;
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}

function object(value: unknown): Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

/** Keys of a change that tell a reader nothing. */
const silent = ['revision', 'updated_at', 'created_at', 'deleted_at', 'id', 'workspace_id', 'search_text'];

/** Says in the reader's language what an event of the log means. */
export function useEventText(entry: TimelineEntry): EventText {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const fields = [...useFields('company'), ...useFields('person'), ...useFields('deal')];
  const data = object(entry.payload);
  const ended = entry.kind === 'deal.moved' && data.to_status !== 'open' && data.to_stage === data.from_stage;
  const kind = ended ? 'deal_ended' : entry.kind.replace(/\./g, '_');
  const key = `records.event.${kind}`;
  const stage = (value: unknown) =>
    (stageKeys as readonly unknown[]).includes(value) ? textOr(t, `stage.${value}.name`, String(value)) : '';
  const values = {
    title: text(data.title) ?? '',
    subject: text(data.subject) ?? '',
    from: stage(data.from_stage ?? data.from),
    to: stage(data.to_stage ?? data.to),
    outcome: textOr(t, `records.outcome.${String(data.outcome)}`, ''),
    status: textOr(t, `stage.status.${String(data.to_status)}`, ''),
  };
  const title = textOr(t, key, entry.kind.replace(/[._]/g, ' '), values);
  const said =
    text(data.text) ?? text(data.body) ?? text(data.excerpt) ?? text(data.note) ?? text(data.reason);
  if (said || !entry.kind.endsWith('.changed')) return { title, body: said };
  const before = object(data.before);
  const after = object(data.after);
  const word = (value: unknown): string => {
    if (value === null || value === undefined || value === '') return '–';
    if (Array.isArray(value)) return value.map(word).join(', ');
    if (typeof value === 'object') {
      const money = value as Money;
      return typeof money.minor === 'number' && money.currency ? format.money(money) : '…';
    }
    return String(value);
  };
  const lines = Object.keys(after)
    .filter((name) => !silent.includes(name) && JSON.stringify(before[name]) !== JSON.stringify(after[name]))
    .map((name) => {
      const field = fields.find((one) => one.key === name);
      return `${field ? fieldLabel(field, i18n.language) : name}: ${word(before[name])} → ${word(after[name])}`;
    });
  return { title, body: lines.length > 0 ? lines.join('\n') : null };
}
