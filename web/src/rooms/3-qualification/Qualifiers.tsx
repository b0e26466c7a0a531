import { Badge, Button, Group, Progress, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { bantQuery, type QualifierView } from '@/api/bant';
import { api } from '@/api/http';
import type { Field, RecordBase } from '@/api/model';
import { patchOf, useFields } from '@/api/records';
import { answer } from '@/api/research';
import { useCan } from '@/app/session';
import { FieldInput } from '@/kit/fields/FieldInput';
import { FieldValue } from '@/kit/fields/FieldValue';
import { isEmpty } from '@/kit/fields/labels';
import { useFormat } from '@/kit/format';
import { RecordSection } from '@/kit/record/RecordLayout';
import classes from '@/kit/room.module.css';
import { useDealWrite } from '@/kit/useDealWrite';
import { Provenance } from '../1-prospecting/QuestionRow';

interface QualifiersProps {
  deal: { id: string; company_id: string | null };
}

/** The workspace's own qualifiers: what each says, how sure that is and who said it, answered in place. */
export function Qualifiers({ deal }: QualifiersProps) {
  const { t } = useTranslation();
  const { data } = useQuery(bantQuery(deal.id));
  const own = data?.qualifiers ?? [];
  if (own.length === 0) return null;
  const known = own.filter((one) => one.rating !== null).length;
  return (
    <RecordSection
      title={t('qualification.own.title')}
      aside={
        <Text size="xs" c="dimmed">
          {t('qualification.own.known', { known, of: own.length })}
        </Text>
      }
    >
      {own.map((one) => (
        <Line key={one.key} deal={deal} qualifier={one} />
      ))}
    </RecordSection>
  );
}

function Line({ deal, qualifier }: QualifiersProps & { qualifier: QualifierView }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const canWrite = useCan('rep');
  const [editing, setEditing] = useState(false);
  const fields = useFields(qualifier.on);
  const field =
    fields.find((one) => one.key === `custom.${qualifier.field}`) ??
    fields.find((one) => one.key === qualifier.field);
  const sure = t('qualification.bant.confidence', { share: format.percent(qualifier.confidence, 0) });
  const rating = qualifier.rating as 0 | 1 | 2 | null;
  const color = rating === 2 ? 'green' : rating === 0 ? 'red' : 'gray';
  return (
    <div className={classes.line}>
      <Group gap="sm" wrap="nowrap">
        <Text fw={550} flex={1}>
          {i18n.language === 'ko' ? qualifier.label.ko : qualifier.label.en}
          {qualifier.required && (
            <Text span size="xs" c="dimmed" fw={400}>
              {' '}
              · {t('qualification.own.required')}
            </Text>
          )}
        </Text>
        {isEmpty(qualifier.value) || !field ? (
          <Text c="dimmed">{t('kit.unknown')}</Text>
        ) : (
          <FieldValue field={field} record={patchOf(field, qualifier.value) as RecordBase} plain />
        )}
        {rating !== null && (
          <>
            <Badge variant="light" tt="none" color={color}>
              {t(`qualification.own.rating.${rating}`)}
            </Badge>
            <Progress w={48} size="sm" value={qualifier.confidence * 100} title={sure} aria-label={sure} />
          </>
        )}
        {canWrite && field && (
          <Button
            size="compact-xs"
            variant="subtle"
            aria-expanded={editing}
            onClick={() => setEditing(!editing)}
          >
            {t('qualification.own.answer')}
          </Button>
        )}
      </Group>
      {qualifier.known && <Provenance known={qualifier.known} />}
      {editing && field && (
        <Answer deal={deal} qualifier={qualifier} field={field} onDone={() => setEditing(false)} />
      )}
    </div>
  );
}

interface AnswerProps extends QualifiersProps {
  qualifier: QualifierView;
  field: Field;
  onDone: () => void;
}

function Answer({ deal, qualifier, field, onDone }: AnswerProps) {
  const { t } = useTranslation();
  const [value, setValue] = useState<unknown>(qualifier.value);
  const write = useDealWrite(async () => {
    if (qualifier.on === 'company' && deal.company_id) {
      await answer(deal.company_id, { question: field.key, value: value ?? null });
    } else {
      await api.patch(`/deals/${deal.id}`, { custom: { [qualifier.field]: value ?? null } });
    }
  }, onDone);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        write.mutate(undefined);
      }}
    >
      <Group gap="xs" align="flex-end" mt="xs" className={classes.box}>
        <FieldInput labelled autoFocus field={field} value={value} onChange={setValue} />
        <Button type="submit" variant="light" loading={write.isPending}>
          {t('kit.save')}
        </Button>
      </Group>
    </form>
  );
}
