import { MultiSelect, TagsInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Choice, choicesOf } from '@/kit/fields/labels';
import { countries } from '@/kit/regions';
import type { ScorableField } from './icp';

interface WordsInputProps {
  flex: number;
  label: string;
  field: ScorableField | undefined;
  value: string[];
  onChange: (value: string[]) => void;
}

/** Values of a field: chosen by name where the field lists them, else typed with those in use as help. */
export function WordsInput({ field, ...rest }: WordsInputProps) {
  const { t, i18n } = useTranslation();
  const listed =
    field?.key === 'country' ? countries(i18n.language) : field ? choicesOf(field, i18n.language, t) : [];
  if (listed.length > 0) {
    return <MultiSelect {...rest} miw={200} searchable data={withUnlisted(listed, rest.value)} />;
  }
  return <TagsInput {...rest} miw={200} data={[...new Set((field?.values ?? []).map((one) => one.value))]} />;
}

/** A value that was once an option is still shown. */
function withUnlisted(listed: Choice[], values: string[]): Choice[] {
  const unlisted = values.filter((value) => !listed.some((one) => one.value === value));
  return [...listed, ...unlisted.map((value) => ({ value, label: value }))];
}
