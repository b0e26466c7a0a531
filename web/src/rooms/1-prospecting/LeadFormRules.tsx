import { MultiSelect, NumberInput, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { membersQuery } from '@/api/records';
import { Panel } from '@/kit/Page';
import type { FormContent } from './inbound';

interface Props {
  content: FormContent;
  onChange: (part: Partial<FormContent>) => void;
}

/** Who gets the leads, what they are called, and how many are taken in an hour. */
export function LeadFormRules({ content, onChange }: Props) {
  const { t } = useTranslation();
  const members = useQuery(membersQuery);
  const limit = (key: 'per_address' | 'per_form') => (
    <NumberInput
      mb="xs"
      min={1}
      max={10_000}
      allowDecimal={false}
      label={t(`prospecting.inbound.${key}`)}
      value={content[key]}
      onChange={(value) => onChange({ [key]: Number(value) })}
    />
  );
  return (
    <Panel title={t('prospecting.inbound.rules')}>
      <TextInput
        mb="xs"
        label={t('prospecting.inbound.name')}
        value={content.name}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
      />
      <MultiSelect
        mb="xs"
        searchable
        label={t('prospecting.inbound.owners')}
        description={t('prospecting.inbound.owners_hint')}
        data={(members.data ?? []).map((member) => ({ value: member.user_id, label: member.name }))}
        value={content.owner_ids}
        onChange={(owner_ids) => onChange({ owner_ids })}
      />
      <TextInput
        mb="xs"
        label={t('prospecting.inbound.source')}
        placeholder={content.name}
        value={content.source ?? ''}
        onChange={(event) => onChange({ source: event.currentTarget.value || null })}
      />
      {limit('per_address')}
      {limit('per_form')}
    </Panel>
  );
}
