import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Field, Kind, RecordBase } from '@/api/model';
import { fieldOf, useFields } from '@/api/records';
import { useCan } from '@/app/session';
import { InlineField } from '../fields/InlineField';
import { isEmpty } from '../fields/labels';
import { RecordSection } from './RecordLayout';

/** Shown elsewhere on the page, or of no use to a reader. */
const shownElsewhere = [
  'id',
  'revision',
  'deleted_at',
  'icp_reasons',
  'icp_score',
  'icp_grade',
  'icp_coverage',
  'people',
  'needs_people',
  'stage',
  'status',
  'entered_stage_at',
  'emails',
  'phones',
  'profiles',
  'missing',
];

/** Always offered, even while empty, because a rep looks for them. */
const wanted: Record<Kind, string[]> = {
  company: ['name', 'domain', 'industry', 'employees', 'country', 'owner_id', 'tags'],
  person: ['family_name', 'given_name', 'title', 'company_id', 'email', 'phone', 'owner_id'],
  deal: ['name', 'company_id', 'value', 'expected_close', 'owner_id', 'why_them'],
};

/** What a rep looks for comes first; of a person's names, the one that comes first in the reader's language. */
function inOrder(kind: Kind, locale: string, fields: Field[]): Field[] {
  const first = kind === 'person' && locale !== 'ko' ? ['given_name', ...wanted[kind]] : wanted[kind];
  const rank = (field: Field) => (first.includes(field.key) ? first.indexOf(field.key) : first.length);
  return [...fields].sort((one, other) => rank(one) - rank(other));
}

interface KnownProps {
  kind: Kind;
  record: RecordBase;
  /** What is to be said of a field besides its value: where it comes from. */
  note?: (field: Field) => ReactNode;
}

export function Known({ kind, record, note }: KnownProps) {
  const { t, i18n } = useTranslation();
  const fields = useFields(kind);
  const readOnly = !useCan('rep');
  const [all, setAll] = useState(false);
  // A person's name is put together from the two that can be edited.
  const useful = (field: Field) =>
    !shownElsewhere.includes(field.key) && !(kind === 'person' && field.key === 'name');
  const shown = inOrder(kind, i18n.language, fields).filter(
    (field) =>
      useful(field) &&
      (wanted[kind].includes(field.key) || !isEmpty(fieldOf(record, field)) || (all && field.editable)),
  );
  return (
    <RecordSection title={t('kit.record.known')}>
      {shown.map((field) => (
        <InlineField
          key={field.key}
          kind={kind}
          field={field}
          record={record}
          readOnly={readOnly}
          note={note?.(field)}
        />
      ))}
      <Button variant="subtle" color="gray" size="compact-xs" mt={4} ml={-8} onClick={() => setAll(!all)}>
        {t(all ? 'kit.record.hide_empty' : 'kit.record.show_empty')}
      </Button>
    </RecordSection>
  );
}
