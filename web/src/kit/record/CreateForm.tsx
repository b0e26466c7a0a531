import { Button, Group, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import type { Field, Kind, RecordBase } from '@/api/model';
import { paths, useFields, useRefresh } from '@/api/records';
import { FieldInput } from '../fields/FieldInput';
import { ProblemAlert } from '../ProblemAlert';
import { fieldProblems } from '../problems';

/** Fields asked first; the others wait behind "more". */
const asked: Record<Kind, string[]> = {
  company: ['name', 'domain', 'industry', 'country', 'employees'],
  person: ['family_name', 'given_name', 'company_id', 'title', 'email', 'phone'],
  deal: ['name', 'company_id', 'value', 'expected_close', 'why_them'],
};
/** Written by the system or by a move, never typed when a record is made. */
const notAsked = ['stage', 'status', 'owner_id', 'emails', 'phones', 'profiles'];

interface CreateFormProps {
  kind: Kind;
  preset?: Record<string, unknown>;
  onDone: (record?: RecordBase) => void;
}

function bodyOf(fields: Field[], values: Record<string, unknown>): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  const custom: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(values)) {
    if (value === null || value === undefined) continue;
    if (fields.find((field) => field.key === key)?.custom) custom[key.replace(/^custom\./, '')] = value;
    else body[key] = value;
  }
  if (Object.keys(custom).length > 0) body.custom = custom;
  return body;
}

export function CreateForm({ kind, preset = {}, onDone }: CreateFormProps) {
  const { t } = useTranslation();
  const fields = useFields(kind);
  const refresh = useRefresh();
  const [values, setValues] = useState<Record<string, unknown>>(preset);
  const [all, setAll] = useState(false);
  const create = useMutation({
    mutationFn: () => api.post<RecordBase>(paths[kind], bodyOf(fields, values)),
    meta: { quiet: true },
    onSuccess: (record) => {
      void refresh(kind);
      onDone(record);
    },
  });
  const problems = fieldProblems(t, create.error);
  const first = asked[kind]
    .map((key) => fields.find((field) => field.key === key))
    .filter((one): one is Field => !!one);
  const others = fields.filter(
    (field) => field.editable && !first.includes(field) && !notAsked.includes(field.key),
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate();
      }}
    >
      <Stack gap="sm">
        {(all ? [...first, ...others] : first).map((field, index) => (
          <FieldInput
            key={field.key}
            labelled
            field={field}
            autoFocus={index === 0}
            required={field.required && kind !== 'person'}
            error={problems.find((one) => one.field === field.key)?.message}
            value={values[field.key] ?? null}
            onChange={(value) => setValues((old) => ({ ...old, [field.key]: value }))}
          />
        ))}
        <ProblemAlert error={create.error} />
        <Group justify="space-between">
          {others.length > 0 && !all ? (
            <Button variant="subtle" color="gray" onClick={() => setAll(true)}>
              {t('records.more_fields')}
            </Button>
          ) : (
            <span />
          )}
          <Group gap="xs">
            <Button variant="default" onClick={() => onDone()}>
              {t('kit.cancel')}
            </Button>
            <Button type="submit" loading={create.isPending}>
              {t('kit.create')}
            </Button>
          </Group>
        </Group>
      </Stack>
    </form>
  );
}
