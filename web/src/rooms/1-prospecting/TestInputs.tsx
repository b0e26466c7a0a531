import { NumberInput, Switch, TagsInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ScorableField, Test } from './icp';
import { WordsInput } from './WordsInput';

interface TestInputsProps {
  test: Test;
  field: ScorableField | undefined;
  onChange: (next: Test) => void;
}

const numberOrNull = (value: string | number) => (value === '' ? null : Number(value));

/** Which values count: words of a list, a range of numbers, or words inside a text. */
export function TestInputs({ test, field, onChange }: TestInputsProps) {
  const { t } = useTranslation();
  if (test.type === 'choice') {
    return (
      <>
        <WordsInput
          flex={1}
          label={t('prospecting.icp.accepts')}
          field={field}
          value={test.accepts}
          onChange={(accepts) => onChange({ ...test, accepts })}
        />
        <WordsInput
          flex={1}
          label={t('prospecting.icp.partial')}
          field={field}
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
        mt={32}
        label={t('prospecting.icp.all')}
        checked={test.all ?? false}
        onChange={(event) => onChange({ ...test, all: event.currentTarget.checked })}
      />
    </>
  );
}
