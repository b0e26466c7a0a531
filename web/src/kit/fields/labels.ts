import type { TFunction } from 'i18next';
import type { Field } from '@/api/model';
import { textOr } from '@/i18n/texts';

export function fieldLabel(field: Pick<Field, 'key' | 'label'>, locale: string): string {
  return (locale === 'ko' ? field.label.ko : field.label.en) || field.label.en || field.key;
}

export interface Choice {
  value: string;
  label: string;
}

/** The options of a choice. Built-in ones are translated here, custom ones carry their labels. */
export function choicesOf(
  field: Pick<Field, 'key' | 'options' | 'custom'>,
  locale: string,
  t: TFunction,
): Choice[] {
  return field.options.map(({ key, label }) => ({
    value: key,
    label: field.custom
      ? (locale === 'ko' ? label.ko : label.en) || key
      : textOr(t, `records.choice.${field.key}.${key}`, key),
  }));
}

export function isEmpty(value: unknown): boolean {
  return (
    value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
  );
}
