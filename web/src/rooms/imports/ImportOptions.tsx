import { Group, Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Plan, TextEncoding } from '@/api/generated/model';
import { type Duplicates, delimiters, encodings, type PlanPatch } from './imports';

const delimiterKeys = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'pipe' } as const;
const duplicateRules: readonly Duplicates[] = ['skip', 'update', 'create'];

export function ImportOptions({ plan, onChange }: { plan: Plan; onChange: (changes: PlanPatch) => void }) {
  const { t } = useTranslation();
  return (
    <Group gap="sm" align="flex-end">
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
      <Select
        w={260}
        label={t('imports.duplicates')}
        allowDeselect={false}
        data={duplicateRules.map((key) => ({ value: key, label: t(`imports.duplicate.${key}`) }))}
        value={plan.duplicates ?? 'update'}
        onChange={(duplicates) => duplicates && onChange({ duplicates: duplicates as Duplicates })}
      />
    </Group>
  );
}
