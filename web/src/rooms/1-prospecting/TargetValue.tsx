import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { RecordBase } from '@/api/model';
import { patchOf, useFields } from '@/api/records';
import { FieldValue } from '@/kit/fields/FieldValue';
import { isEmpty } from '@/kit/fields/labels';
import type { EnrichedKind } from './enrichment';

interface Props {
  kind: EnrichedKind;
  /** `employees`, `custom.size`, or `extra.…`. */
  field: string;
  value: unknown;
}

/** A value as the record would show it. */
export function TargetValue({ kind, field, value }: Props) {
  const { t } = useTranslation();
  const fields = useFields(kind);
  const bare = field.replace(/^custom\./, '');
  const known = fields.find((one) => one.key === field || (one.custom && one.key === bare));
  if (isEmpty(value)) {
    return (
      <Text span inherit c="dimmed">
        {t('kit.empty_value')}
      </Text>
    );
  }
  if (known) return <FieldValue plain field={known} record={patchOf(known, value) as RecordBase} />;
  return (
    <>
      {Array.isArray(value)
        ? value.join(', ')
        : typeof value === 'object'
          ? JSON.stringify(value)
          : String(value)}
    </>
  );
}
