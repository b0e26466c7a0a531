import { Badge, Group, Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Plan, TextEncoding } from '@/api/generated/model';
import { type Duplicates, delimiters, encodings, type PlanPatch } from './imports';

const delimiterKeys = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'pipe' } as const;
const duplicateRules: readonly Duplicates[] = ['skip', 'update', 'create'];

interface ImportOptionsProps {
  plan: Plan;
  onChange: (changes: PlanPatch) => void;
}

/** What the file was recognised as, and what can be set for its format. */
export function ImportOptions({ plan, onChange }: ImportOptionsProps) {
  const { t } = useTranslation();
  const format = plan.format ?? 'csv';
  const sheets = plan.sheets ?? [];
  return (
    <>
      <Group gap="xs" mb="sm">
        <Badge variant="light" color="gray" tt="none">
          {t(`imports.formats.${format}`)}
        </Badge>
        {plan.preset && (
          <Badge variant="light" tt="none">
            {t('imports.preset', { name: plan.preset })}
          </Badge>
        )}
      </Group>
      <Group gap="sm" align="flex-end">
        {format === 'csv' && <TextOptions plan={plan} onChange={onChange} />}
        {sheets.length > 1 && (
          <Select
            label={t('imports.sheet')}
            allowDeselect={false}
            data={sheets}
            value={plan.sheet}
            onChange={(sheet) => sheet && onChange({ sheet })}
          />
        )}
        <Select
          w={260}
          label={t('imports.duplicates')}
          allowDeselect={false}
          data={duplicateRules.map((key) => ({ value: key, label: t(`imports.duplicate.${key}`) }))}
          value={plan.duplicates ?? 'update'}
          onChange={(duplicates) => duplicates && onChange({ duplicates: duplicates as Duplicates })}
        />
      </Group>
    </>
  );
}

function TextOptions({ plan, onChange }: ImportOptionsProps) {
  const { t } = useTranslation();
  return (
    <>
      <Select
        label={t('imports.encoding')}
        allowDeselect={false}
        data={encodings.map((key) => ({ value: key, label: t(`imports.encodings.${key}`) }))}
        value={plan.encoding}
        onChange={(encoding) => encoding && onChange({ encoding: encoding as TextEncoding })}
      />
      <Select
        label={t('imports.delimiter')}
        allowDeselect={false}
        data={delimiters.map((key) => ({ value: key, label: t(`imports.delimiters.${delimiterKeys[key]}`) }))}
        value={plan.dialect.delimiter}
        onChange={(delimiter) => delimiter && onChange({ dialect: { ...plan.dialect, delimiter } })}
      />
    </>
  );
}
