import { Button, MultiSelect, Select, Stack, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Field, stageKeys } from '@/api/model';
import { type Condition, membersQuery } from '@/api/records';
import { type Choice, choicesOf, fieldLabel } from '../fields/labels';
import { ReferenceInput } from '../fields/ReferenceInput';
import { countries } from '../regions';
import { type Operator, operatorsFor } from './useListState';

interface ConditionEditorProps {
  field: Field;
  condition: Condition;
  onApply: (next: Condition) => void;
}

export function ConditionEditor({ field, condition, onApply }: ConditionEditorProps) {
  const { t, i18n } = useTranslation();
  const [op, setOp] = useState(condition.op);
  const [value, setValue] = useState(condition.value);
  const needsValue = op !== 'empty' && op !== 'filled';
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onApply({ ...condition, op, value: needsValue ? value : '' });
      }}
    >
      <Stack gap="xs" w={240}>
        <Select
          aria-label={fieldLabel(field, i18n.language)}
          comboboxProps={{ withinPortal: false }}
          allowDeselect={false}
          data={operatorsFor(field).map((one) => ({ value: one, label: t(`kit.op.${one}`) }))}
          value={op}
          onChange={(next) => next && setOp(next as Operator)}
        />
        {needsValue && <ValueInput field={field} value={value} onChange={setValue} />}
        <Button type="submit" disabled={needsValue && value === ''}>
          {t('kit.list.apply')}
        </Button>
      </Stack>
    </form>
  );
}

function useChoices(field: Field): Choice[] {
  const { t, i18n } = useTranslation();
  const members = useQuery({ ...membersQuery, enabled: field.kind === 'user' });
  if (field.kind === 'user')
    return (members.data ?? []).map((one) => ({ value: one.user_id, label: one.name }));
  if (field.key === 'stage') return stageKeys.map((key) => ({ value: key, label: t(`stage.${key}.name`) }));
  if (field.key === 'country') return countries(i18n.language);
  return choicesOf(field, i18n.language, t);
}

function ValueInput({
  field,
  value,
  onChange,
}: {
  field: Field;
  value: string;
  onChange: (next: string) => void;
}) {
  const { t } = useTranslation();
  const choices = useChoices(field);
  const label = t('kit.list.new_value');
  const inside = { comboboxProps: { withinPortal: false }, 'aria-label': label };
  if (field.kind === 'company' || field.kind === 'person') {
    return (
      <ReferenceInput
        aria-label={label}
        kind={field.kind}
        value={value || null}
        onChange={(next) => onChange(next ?? '')}
      />
    );
  }
  if (field.kind === 'yes_no') {
    const answers = [
      { value: 'true', label: t('kit.yes') },
      { value: 'false', label: t('kit.no') },
    ];
    return (
      <Select {...inside} data={answers} value={value || null} onChange={(next) => onChange(next ?? '')} />
    );
  }
  if (choices.length > 0) {
    return (
      <MultiSelect
        {...inside}
        searchable
        data={choices}
        value={value === '' ? [] : value.split(',')}
        onChange={(next) => onChange(next.join(','))}
      />
    );
  }
  const type = field.kind === 'date' || field.kind === 'instant' ? 'date' : 'text';
  const inputMode = field.kind === 'number' || field.kind === 'money' ? 'decimal' : undefined;
  return (
    <TextInput
      aria-label={label}
      data-autofocus
      type={type}
      inputMode={inputMode}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
