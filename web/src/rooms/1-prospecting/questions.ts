import type { TFunction } from 'i18next';
import type { Field } from '@/api/model';
import { type Question, type ResearchKind, researchKinds } from '@/api/research';
import { type Choice, choicesOf, fieldLabel } from '@/kit/fields/labels';

export interface Item {
  text: string;
  source: string | null;
}

/** Which of the five items a question asks for; null for a field. */
export function itemKind(question: Question): ResearchKind | null {
  return researchKinds.find((kind) => question.key === `item.${kind}`) ?? null;
}

export function itemOf(question: Question): Item | null {
  return question.kind === 'item' ? (question.value as Item | null) : null;
}

export function questionLabel(question: Question, fields: Field[], locale: string, t: TFunction): string {
  const kind = itemKind(question);
  if (kind) return t(`prospecting.research.${kind}`);
  const field = fields.find((one) => one.key === question.key);
  return field ? fieldLabel(field, locale) : question.key;
}

/** Answers that have a number key: the options of a short choice, yes and no. */
export function numbered(field: Field | undefined, locale: string, t: TFunction): Choice[] {
  if (!field) return [];
  if (field.kind === 'yes_no') {
    return [
      { value: 'true', label: t('kit.yes') },
      { value: 'false', label: t('kit.no') },
    ];
  }
  if (field.kind !== 'choice' || field.options.length === 0 || field.options.length > 9) return [];
  return choicesOf(field, locale, t);
}

/** A numbered answer as the server keeps it. */
export function keptAs(field: Field, choice: string): unknown {
  return field.kind === 'yes_no' ? choice === 'true' : choice;
}

/** The next question without an answer after this one, going round; -1 when all have one. */
export function nextOpen(questions: Question[], after: number): number {
  for (let step = 1; step <= questions.length; step += 1) {
    const at = (after + step + questions.length) % questions.length;
    if (!questions[at]?.answered) return at;
  }
  return -1;
}
