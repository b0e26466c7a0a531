import type { TFunction } from 'i18next';
import { textOr } from '@/i18n/texts';
import type { MergeKind } from '@/kit/merge/compare';
import { type Evidence, fieldKey } from './duplicates';

/** A piece of evidence in words: "same domain", "similar name", "different city". */
export function evidenceText(
  t: TFunction,
  kind: MergeKind,
  { field, level }: Pick<Evidence, 'field' | 'level'>,
): string {
  const word = textOr(t, fieldKey(kind, field), field.replace(/_/g, ' '));
  return textOr(t, `prospecting.evidence.level.${level}`, word, { field: word });
}
