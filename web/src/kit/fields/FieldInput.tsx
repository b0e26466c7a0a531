import { MultiSelect, NumberInput, Select, TagsInput, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Field, Money } from '@/api/model';
import { membersQuery } from '@/api/records';
import { countries } from '../regions';
import { DayInput } from './DayInput';
import { choicesOf, fieldLabel } from './labels';
import { MoneyInput } from './MoneyInput';
import { ReferenceInput } from './ReferenceInput';

export interface FieldInputProps {
  field: Field;
  value: unknown;
  onChange: (value: unknown) => void;
  /** False inside a list cell, where the column head already names the field. */
  labelled?: boolean;
  error?: string;
  autoFocus?: boolean;
  required?: boolean;
}

/** A choice without a list of options takes any word; several words are tags. */
function controlOf(field: Field): string {
  const listed = field.options.length > 0;
  if (field.kind === 'choice' && !listed) return 'text';
  if (field.kind === 'multi_choice' && !listed) return 'tags';
  return field.multiline ? 'long_text' : field.kind;
}

/** The control that fits a field's type. An emptied control answers null, which clears the field. */
export function FieldInput(props: FieldInputProps) {
  const { i18n, t } = useTranslation();
  const { field, value, onChange } = props;
  const name = fieldLabel(field, i18n.language);
  const common = {
    label: props.labelled ? name : undefined,
    'aria-label': props.labelled ? undefined : name,
    error: props.error,
    autoFocus: props.autoFocus,
    required: props.required,
    withAsterisk: props.required,
    'data-autofocus': props.autoFocus || undefined,
  };
  const text = value === null || value === undefined ? '' : String(value);
  const emptied = (next: string | null | undefined) => (next === '' || next === undefined ? null : next);
  if (field.key === 'country') {
    return (
      <Select
        {...common}
        searchable
        clearable
        data={countries(i18n.language)}
        value={text || null}
        onChange={onChange}
      />
    );
  }
  switch (controlOf(field)) {
    case 'number':
      return (
        <NumberInput
          {...common}
          hideControls
          value={typeof value === 'number' ? value : text}
          onChange={(next) => onChange(next === '' ? null : Number(next))}
        />
      );
    case 'money':
      return <MoneyInput {...common} value={value as Money | null} onChange={onChange} />;
    case 'date':
      return <DayInput {...common} value={text} onChange={onChange} />;
    case 'choice':
      return (
        <Select
          {...common}
          clearable
          data={choicesOf(field, i18n.language, t)}
          value={text || null}
          onChange={onChange}
        />
      );
    case 'multi_choice':
      return (
        <MultiSelect
          {...common}
          data={choicesOf(field, i18n.language, t)}
          value={(value as string[]) ?? []}
          onChange={onChange}
        />
      );
    case 'tags':
      return <TagsInput {...common} value={(value as string[]) ?? []} onChange={onChange} />;
    case 'yes_no':
      return (
        <Select
          {...common}
          clearable
          data={[
            { value: 'true', label: t('kit.yes') },
            { value: 'false', label: t('kit.no') },
          ]}
          value={typeof value === 'boolean' ? String(value) : null}
          onChange={(next) => onChange(next === null ? null : next === 'true')}
        />
      );
    case 'user':
      return <MemberInput {...common} value={text || null} onChange={onChange} />;
    case 'company':
    case 'person':
      return (
        <ReferenceInput
          {...common}
          kind={field.kind as 'company' | 'person'}
          value={text || null}
          onChange={onChange}
        />
      );
    case 'long_text':
      return <Textarea {...common} value={text} onChange={(e) => onChange(emptied(e.currentTarget.value))} />;
    default:
      return (
        <TextInput
          {...common}
          type={field.key === 'email' ? 'email' : 'text'}
          value={text}
          onChange={(e) => onChange(emptied(e.currentTarget.value))}
        />
      );
  }
}

interface MemberInputProps {
  label?: string;
  'aria-label'?: string;
  error?: string;
  autoFocus?: boolean;
  value: string | null;
  onChange: (value: string | null) => void;
}

export function MemberInput(props: MemberInputProps) {
  const { t } = useTranslation();
  const { data } = useQuery(membersQuery);
  return (
    <Select
      {...props}
      searchable
      clearable
      placeholder={t('kit.choose_member')}
      data={(data ?? []).map((member) => ({ value: member.user_id, label: member.name }))}
    />
  );
}
