import {
  Button,
  Group,
  MultiSelect,
  SegmentedControl,
  Select,
  Stack,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { committeeRoles } from '@/api/committee';
import type { ObjectionResponse } from '@/api/generated/model';
import { api } from '@/api/http';
import { currentLocale } from '@/i18n';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { objectionKinds } from './objections';

const languages = ['en', 'ko'] as const;
type Language = (typeof languages)[number];
interface TextValues {
  title: string;
  acknowledge: string;
  questions: string;
  proof: string;
  answer: string;
}

function textOf(response: ObjectionResponse | null, language: Language): TextValues {
  const text = response?.texts[language];
  return {
    title: text?.title ?? '',
    acknowledge: text?.acknowledge ?? '',
    questions: (text?.questions ?? []).join('\n'),
    proof: text?.proof ?? '',
    answer: text?.answer ?? '',
  };
}

/** Only languages in which something is written. */
function textsOf(values: Record<Language, TextValues>) {
  const written = languages.filter((one) => values[one].title.trim() || values[one].answer.trim());
  return Object.fromEntries(
    written.map((one) => [
      one,
      {
        ...values[one],
        questions: values[one].questions
          .split('\n')
          .map((line) => line.trim())
          .filter(Boolean),
      },
    ]),
  );
}

/** A response in both languages: acknowledge, what to ask first, what to answer, what proves it. */
export function ResponseForm({
  response,
  onDone,
}: {
  response: ObjectionResponse | null;
  onDone: () => void;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [language, setLanguage] = useState<Language>(currentLocale() === 'ko' ? 'ko' : 'en');
  const form = useForm({
    initialValues: {
      kind: response?.kind ?? 'price_value',
      roles: (response?.roles ?? []) as string[],
      en: textOf(response, 'en'),
      ko: textOf(response, 'ko'),
    },
  });
  const save = useMutation({
    meta: { quiet: true },
    mutationFn: ({ kind, roles, en, ko }: typeof form.values) => {
      const body = { kind, roles, texts: textsOf({ en, ko }) };
      return response
        ? api.put(`/objection-responses/${response.id}`, body, response.revision)
        : api.post('/objection-responses', body);
    },
    onSuccess: onDone,
    onSettled: () => client.invalidateQueries({ queryKey: ['/objection-responses'] }),
  });
  const area = (name: keyof TextValues, rows: number) => (
    <Textarea
      key={`${language}.${name}`}
      autosize
      minRows={rows}
      label={t(`objections.library.${name}`)}
      {...form.getInputProps(`${language}.${name}`)}
    />
  );
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
      <Stack gap="sm">
        <Group grow align="flex-start">
          <Select
            allowDeselect={false}
            label={t('offer.objection.kind_label')}
            data={objectionKinds.map((one) => ({ value: one, label: t(`offer.objection.kind.${one}`) }))}
            {...form.getInputProps('kind')}
          />
          <MultiSelect
            label={t('objections.library.roles')}
            data={committeeRoles.map((one) => ({ value: one, label: t(`qualification.role.${one}`) }))}
            {...form.getInputProps('roles')}
          />
        </Group>
        <SegmentedControl
          aria-label={t('objections.library.language')}
          value={language}
          onChange={(next) => setLanguage(next as Language)}
          data={languages.map((one) => ({ value: one, label: t(`objections.library.in.${one}`) }))}
        />
        <TextInput
          key={`${language}.title`}
          label={t('objections.library.title')}
          {...form.getInputProps(`${language}.title`)}
        />
        {area('acknowledge', 2)}
        {area('questions', 3)}
        {area('answer', 4)}
        {area('proof', 2)}
        <ProblemAlert error={save.error} />
        <Group justify="flex-end">
          <Button type="submit" loading={save.isPending}>
            {t('kit.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
