import { Group, Select, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Plan } from '@/api/generated/model';
import type { Kind } from '@/api/model';
import { DayInput } from '@/kit/fields/DayInput';
import { lawfulBases, type PlanPatch } from './imports';

interface ImportProvenanceProps {
  kind: Kind;
  plan: Plan;
  onChange: (changes: PlanPatch) => void;
}

/** Source, day and lawful basis for the records of this file; asked once, kept with each. */
export function ImportProvenance({ kind, plan, onChange }: ImportProvenanceProps) {
  const { t } = useTranslation();
  return (
    <Group gap="sm" align="flex-start">
      <TextInput
        key={plan.source}
        label={t('imports.source')}
        defaultValue={plan.source ?? ''}
        maxLength={500}
        onBlur={({ currentTarget: { value } }) =>
          value !== (plan.source ?? '') && onChange({ source: value })
        }
      />
      {kind !== 'deal' && (
        <>
          <DayInput
            label={t('imports.source_date')}
            value={plan.source_date}
            onChange={(day) => onChange({ source_date: day ?? '' })}
          />
          <Select
            w={260}
            label={t('imports.lawful_basis')}
            description={t('imports.lawful_basis_hint')}
            inputWrapperOrder={['label', 'input', 'description']}
            data={lawfulBases.map((key) => ({ value: key, label: t(`records.choice.lawful_basis.${key}`) }))}
            value={plan.lawful_basis ?? null}
            onChange={(basis) => onChange({ lawful_basis: basis ?? '' })}
          />
        </>
      )}
    </Group>
  );
}
