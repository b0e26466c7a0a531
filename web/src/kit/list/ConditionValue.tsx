import { useTranslation } from 'react-i18next';
import { type Field, stageKeys } from '@/api/model';
import type { Condition } from '@/api/records';
import { textOr } from '@/i18n/texts';
import { MemberName } from '../fields/FieldValue';
import { choicesOf } from '../fields/labels';
import { useFormat } from '../format';
import { countryName } from '../regions';

/** The value of a condition in words: option labels, member names, dates of the reader. */
export function ConditionValue({ field, condition }: { field: Field; condition: Condition }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const { op, value } = condition;
  if (op === 'empty' || op === 'filled' || value === '') return null;
  if (field.kind === 'user') {
    return value.split(',').map((id, index) => (
      <span key={id}>
        {index > 0 && ', '}
        <MemberName id={id} />
      </span>
    ));
  }
  if (field.kind === 'date' || field.kind === 'instant') return format.date(value);
  if (field.kind === 'yes_no') return t(value === 'true' ? 'kit.yes' : 'kit.no');
  if (field.key === 'country')
    return value
      .split(',')
      .map((one) => countryName(i18n.language, one))
      .join(', ');
  const choices = choicesOf(field, i18n.language, t);
  const word = (one: string) => {
    if ((stageKeys as readonly string[]).includes(one)) return textOr(t, `stage.${one}.name`, one);
    if (field.key === 'status') return textOr(t, `stage.status.${one}`, one);
    return choices.find((choice) => choice.value === one)?.label ?? one;
  };
  return value.split(',').map(word).join(', ');
}
