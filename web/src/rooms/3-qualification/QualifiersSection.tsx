import { Badge, Button, Group, MultiSelect, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import type { Field } from '@/api/model';
import { useFields } from '@/api/records';
import { useCan } from '@/app/session';
import { EmptyState } from '@/kit/EmptyState';
import { choicesOf, fieldLabel } from '@/kit/fields/labels';
import { notifyDone, notifyUndo } from '@/kit/notify';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import classes from '@/kit/room.module.css';
import { NewQualifierForm } from './NewQualifierForm';
import { judgeable, type Qualifier, qualifiersQuery, type Test } from './qualifiers';

/** What a workspace judges leads by besides need, budget, authority and timing. */
export function QualifiersSection() {
  const { t } = useTranslation();
  const admin = useCan('admin');
  const [adding, setAdding] = useState(false);
  const { data, error, refetch } = useQuery(qualifiersQuery);
  const add = admin && !adding && (
    <Button onClick={() => setAdding(true)}>{t('qualification.own.create')}</Button>
  );
  const none = data?.length === 0 && !adding;
  return (
    <Stack gap="md">
      <Panel title={t('qualification.own.title')} lead={t('qualification.own.lead')} actions={!none && add}>
        <ProblemAlert error={error} retry={() => refetch()} />
        {adding && <NewQualifierForm onDone={() => setAdding(false)} />}
        {none && (
          <EmptyState
            title={t('qualification.own.empty')}
            text={t('qualification.own.empty_text')}
            action={add}
          />
        )}
        {data?.map((one) => (
          <Line key={one.key} qualifier={one} canWrite={admin} />
        ))}
      </Panel>
      {admin && <AskedFields />}
    </Stack>
  );
}

function Line({ qualifier, canWrite }: { qualifier: Qualifier; canWrite: boolean }) {
  const { t, i18n } = useTranslation();
  const client = useQueryClient();
  const fields = useFields(qualifier.on);
  const again = () => client.invalidateQueries({ queryKey: ['/qualifiers'] });
  const name = i18n.language === 'ko' ? qualifier.label.ko : qualifier.label.en;
  const archive = useMutation({
    mutationFn: () => api.delete(`/qualifiers/${qualifier.key}`),
    onSuccess: async () => {
      await again();
      notifyUndo(t('qualification.own.archived', { name }), () => putBack(qualifier).then(again));
    },
  });
  const field =
    fields.find((one) => one.key === `custom.${qualifier.field}`) ??
    fields.find((one) => one.key === qualifier.field);
  const choices = field ? choicesOf(field, i18n.language, t) : [];
  const word = (value: string) => choices.find((one) => one.value === value)?.label ?? value;
  const said = (test: Test) => `${t(`kit.op.${test.op}`)} ${valuesOf(test).map(word).join(', ')}`.trim();
  const { good, fair } = qualifier.rule;
  return (
    <Group justify="space-between" wrap="nowrap" className={classes.line}>
      <div>
        <Group gap="xs">
          <Text fw={500}>{name}</Text>
          {qualifier.required && (
            <Badge variant="light" tt="none">
              {t('qualification.own.required')}
            </Badge>
          )}
          {qualifier.blocking && (
            <Badge variant="light" color="red" tt="none">
              {t('qualification.own.blocking')}
            </Badge>
          )}
        </Group>
        <Text size="xs" c="dimmed">
          {field ? fieldLabel(field, i18n.language) : qualifier.field} · {t('qualification.own.rating.2')}:{' '}
          {said(good)}
          {fair && ` · ${t('qualification.own.rating.1')}: ${said(fair)}`} ·{' '}
          {t('qualification.own.weight', { weight: qualifier.weight })}
        </Text>
      </div>
      {canWrite && (
        <Button
          variant="default"
          size="compact-sm"
          loading={archive.isPending}
          onClick={() => archive.mutate()}
        >
          {t('settings.fields.archive')}
        </Button>
      )}
    </Group>
  );
}

/** What was taken out of use is put back as it was. */
function putBack({ key, label, on, field, rule, weight, required, blocking }: Qualifier) {
  return api.put(`/qualifiers/${key}`, { label, on, field, rule, weight, required, blocking });
}

function valuesOf({ value }: Test): string[] {
  if (value === null || value === undefined) return [];
  return Array.isArray(value) ? value.map(String) : [String(value)];
}

/** Fields that are asked of every company in research, whatever the profile and the qualifiers read. */
function AskedFields() {
  const { t, i18n } = useTranslation();
  const client = useQueryClient();
  const fields: Field[] = useFields('company');
  const { data } = useQuery({
    queryKey: ['/research-checklist'],
    queryFn: () => api.get<{ fields: string[] }>('/research-checklist'),
  });
  const save = useMutation({
    mutationFn: (asked: string[]) => api.put<{ fields: string[] }>('/research-checklist', { fields: asked }),
    onSuccess: (kept) => {
      client.setQueryData(['/research-checklist'], kept);
      notifyDone(t('kit.saved'));
    },
  });
  return (
    <Panel title={t('prospecting.desk.asked')} lead={t('prospecting.desk.asked_lead')}>
      <MultiSelect
        searchable
        aria-label={t('prospecting.desk.asked')}
        data={judgeable(fields, 'company').map((one) => ({
          value: one.key,
          label: fieldLabel(one, i18n.language),
        }))}
        value={data?.fields ?? []}
        onChange={(next) => save.mutate(next)}
      />
    </Panel>
  );
}
