import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { Company } from '@/api/model';
import { choicesOf, fieldLabel } from '@/kit/fields/labels';
import { useFormat } from '@/kit/format';
import { countryName } from '@/kit/regions';
import { type ScorableField, useScorableFields } from './icp';

interface Reason {
  /** Key of the company field asked. */
  field: string;
  value: string | null;
  points: number;
  exclusion: boolean;
}

export interface FitWord {
  key: string;
  text: string;
  points: number;
  exclusion: boolean;
}

/** The server says yes and no in English, and countries and options by their key. */
function answerText(
  value: string,
  field: ScorableField | undefined,
  locale: string,
  t: TFunction,
  format: ReturnType<typeof useFormat>,
): string {
  if (!field) return value;
  // A year is no quantity.
  if (
    field.kind === 'number' &&
    field.key !== 'founded_year' &&
    value !== '' &&
    !Number.isNaN(Number(value))
  ) {
    return format.number(Number(value));
  }
  if (field.kind === 'yes_no') return t(value === 'yes' ? 'kit.yes' : 'kit.no');
  if (field.key === 'country') return countryName(locale, value);
  return choicesOf(field, locale, t).find((one) => one.value === value)?.label ?? value;
}

/** Why a company fits or does not, in the reader's language. */
export function useFitWords(company: Pick<Company, 'icp_reasons'> | undefined): FitWord[] {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const fields = useScorableFields();
  // Until the fields' names are there nothing is said: a key is no name.
  const reasons = (fields.length > 0 ? (company?.icp_reasons ?? []) : []) as Reason[];
  return reasons.map(({ field: key, value, points, exclusion }) => {
    const field = fields.find((one) => one.key === key);
    const name = field ? fieldLabel(field, i18n.language) : key;
    const said = value === null ? t('kit.unknown') : answerText(value, field, i18n.language, t, format);
    return { key: `${key}${points}`, text: `${name}: ${said}`, points, exclusion };
  });
}

/** What speaks for a company, to begin the reason with why it is written to (R10). */
export function useWhyThem(company: Company | undefined): string {
  const words = useFitWords(company).filter((word) => word.points > 0 && !word.exclusion);
  return words.map((word) => word.text).join('; ');
}
