import { Select, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Compare } from '@/api/generated/model';
import { compares, type Leaf, needsValue } from './condition';
import { useConditionFields } from './useNames';

interface FieldInputsProps {
  leaf: Extract<Leaf, { is: 'field' }>;
  onChange: (next: Leaf, typed?: string) => void;
}

/** A field, how it is compared, and with what. */
export function FieldInputs({ leaf, onChange }: FieldInputsProps) {
  const { t } = useTranslation();
  const { paths, label, choices } = useConditionFields();
  const all = paths.includes(leaf.field) ? paths : [...paths, leaf.field];
  const offered = choices(leaf.field);
  const value = leaf.value === null || leaf.value === undefined ? '' : String(leaf.value);
  const choosing = offered.length > 0 && (leaf.op === 'eq' || leaf.op === 'ne');
  return (
    <>
      <Select
        size="xs"
        flex="1 1 11rem"
        searchable
        allowDeselect={false}
        aria-label={t('outreach.condition.field_of')}
        data={all.map((path) => ({ value: path, label: label(path) }))}
        value={leaf.field}
        onChange={(field) => field && onChange({ ...leaf, field, value: '' })}
      />
      <Select
        size="xs"
        w={140}
        allowDeselect={false}
        aria-label={t('outreach.condition.op_of')}
        data={compares.map((one) => ({ value: one, label: t(`outreach.condition.op.${one}`) }))}
        value={leaf.op}
        onChange={(next) => {
          if (!next) return;
          const { value: kept = '', ...rest } = leaf;
          const op = next as Compare;
          onChange(needsValue(op) ? { ...rest, op, value: kept } : { ...rest, op });
        }}
      />
      {needsValue(leaf.op) &&
        (choosing ? (
          <Select
            size="xs"
            flex="1 1 8rem"
            searchable
            aria-label={t('outreach.condition.value')}
            data={offered}
            value={value || null}
            onChange={(next) => onChange({ ...leaf, value: next ?? '' })}
          />
        ) : (
          <TextInput
            size="xs"
            flex="1 1 8rem"
            inputMode={leaf.op === 'gt' || leaf.op === 'lt' ? 'decimal' : undefined}
            aria-label={t('outreach.condition.value')}
            value={value}
            onChange={(event) => onChange({ ...leaf, value: event.currentTarget.value }, 'value')}
          />
        ))}
    </>
  );
}
