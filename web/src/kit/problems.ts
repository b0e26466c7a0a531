/** What the server refuses, in the reader's language. */
import type { TFunction } from 'i18next';
import { type FieldProblem, Problem } from '@/api/http';
import { currentLocale } from '@/i18n';
import { textOr } from '@/i18n/texts';

/** Problems whose sentence comes from the server in the reader's language, for it names what was found in a file or at a host. */
const saidByServer: ReadonlySet<string> = new Set(['unreadable_file', 'tracking_host']);

/** What went wrong: by its code, and for fields at fault each of them. The server's own words only where no text is. */
export function problemText(t: TFunction, error: unknown): string {
  if (!(error instanceof Problem)) return t('error.code.unexpected');
  if (error.code === 'validation' && error.errors.length > 0) {
    return [...new Set(error.errors.map((one) => labelled(t, one)))].join(' ');
  }
  if (saidByServer.has(error.code) && error.detail) return sentence(error.detail);
  return textOr(t, `error.code.${error.code}`, error.detail || t('error.code.unexpected'));
}

/**
 * What is wrong with one field, to be shown beside it: the text of this field and code; else, for readers of English,
 * the server's sentence, which says what would be right; else the text of the code.
 */
export function fieldProblemText(t: TFunction, { field, code, message }: FieldProblem): string {
  const place = placeOf(field).join('_');
  const special = textOr(t, `error.at.${place}_${code}`, '');
  if (special) return special;
  if (message && currentLocale() === 'en') return sentence(message);
  return textOr(t, `error.field.${code}`, message || code);
}

/** The fields at fault, each with its sentence in the reader's language. */
export function fieldProblems(t: TFunction, error: unknown): FieldProblem[] {
  const errors = error instanceof Problem ? error.errors : [];
  return errors.map((one) => ({ ...one, message: fieldProblemText(t, one) }));
}

function labelled(t: TFunction, one: FieldProblem): string {
  const text = fieldProblemText(t, one);
  const name = placeOf(one.field).at(-1);
  const label = textOr(t, `error.name.${name}`, '');
  return label ? t('error.labelled', { label, text }) : text;
}

/** `steps.2.subject` is the subject of a step, whichever it is. */
function placeOf(field: string): string[] {
  return field.split('.').filter((part) => part !== '' && !/^\d+$/.test(part));
}

function sentence(message: string): string {
  const begun = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}
