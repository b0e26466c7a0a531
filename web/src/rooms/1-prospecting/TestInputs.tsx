import { NumberInput, Switch, TagsInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { choicesOf } from '@/kit/fields/labels';
import type { ScorableField, Test } from './icp';

interface TestInputsProps {
  test: Test;
  field: ScorableField | undefined;
  onChange: (next: Test) => void;
}

const numberOrNull = (value: string | number) => (value === '' ? null : Number(value));

/** Which values count: words of a list, a range of numbers, or words inside a text. */
export function TestInputs({ test, field, onChange }: TestInputsProps) {
  const { t, i18n } = useTranslation();
  const known = field
    ? [...new Set([...choicesOf(field, i18n.language, t), ...field.values].map((one) => one.value))]
    : [];
  if (test.type === 'choice') {
    return (
      <>
        <TagsInput
          flex={2}
          miw={180}
          label={t('prospecting.icp.accepts')}
          data={known}
          value={test.accepts}
          onChange={(accepts) => onChange({ ...test, accepts })}
        />
        <TagsInput
          flex={1}
          miw={140}
          label={t('prospecting.icp.partial')}
          data={known}
          value={test.partial ?? []}
          onChange={(partial) => onChange({ ...test, partial })}
        />
      </>
    );
  }
  if (test.type === 'range') {
    return (
      <>
        <NumberInput
          w={110}
          hideControls
          label={t('prospecting.icp.from')}
          value={test.from ?? ''}
          onChange={(from) => onChange({ ...test, from: numberOrNull(from) })}
        />
        <NumberInput
          w={110}
          hideControls
          label={t('prospecting.icp.to')}
          value={test.to ?? ''}
          onChange={(to) => onChange({ ...test, to: numberOrNull(to) })}
        />
        <NumberInput
          w={110}
          hideControls
          min={0}
          max={100}
          suffix="%"
          label={t('prospecting.icp.soft')}
          value={test.soft_percent ?? 25}
          onChange={(soft) => onChange({ ...test, soft_percent: Number(soft) || 0 })}
        />
      </>
    );
  }
  return (
    <>
      <TagsInput
        flex={1}
        miw={200}
        label={t('prospecting.icp.keywords')}
        value={test.keywords}
        onChange={(keywords) => onChange({ ...test, keywords })}
      />
      <Switch
        size="xs"
        mb={8}
        label={t('prospecting.icp.all')}
        checked={test.all ?? false}
        onChange={(event) => onChange({ ...test, all: event.currentTarget.checked })}
      />
    </>
  );
}
