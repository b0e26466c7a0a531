import { Button, Group, Input, SegmentedControl, Select, Stack, TagsInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Snippet } from '@/api/generated/model';
import { api } from '@/api/http';
import { membersQuery } from '@/api/records';
import { useMe } from '@/app/session';
import { notifyDone } from '@/kit/notify';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { fieldProblems } from '@/kit/problems';
import { TextBox } from './editor/TextBox';
import { bodyOf, keyFrom, painsOf, type SnippetValues, snippetsQuery, valuesOf } from './snippets';

const everybody = '';

/** A text or a story in both languages; a story says which pain it is about and who tells it. */
export function SnippetForm({ snippet, onDone }: { snippet: Snippet | null; onDone: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const me = useMe()?.user.id ?? null;
  const members = useQuery(membersQuery).data ?? [];
  const known = useQuery(snippetsQuery).data ?? [];
  const [named, setNamed] = useState(snippet !== null);
  const form = useForm<SnippetValues>({ initialValues: valuesOf(snippet, me) });
  const save = useMutation({
    mutationFn: (values: SnippetValues) => {
      const { key, ...rest } = bodyOf(values);
      return snippet
        ? api.patch(`/snippets/${snippet.id}`, rest, snippet.revision)
        : api.post('/snippets', { key, ...rest });
    },
    meta: { quiet: true },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['/snippets'] });
      notifyDone(t('kit.saved'));
      onDone();
    },
    onError: (error) => {
      for (const { field, message } of fieldProblems(t, error))
        form.setFieldError(field.replace('texts.', ''), message);
    },
  });
  const { values } = form;
  const story = values.kind === 'story';
  const rename = (name: string) => form.setValues({ name, ...(named ? {} : { key: keyFrom(name) }) });
  return (
    <form onSubmit={form.onSubmit((now) => save.mutate(now))}>
      <Stack gap="sm">
        <Input.Wrapper description={t(`outreach.snippet.kind_hint.${values.kind}`)}>
          <SegmentedControl
            aria-label={t('outreach.snippet.kind')}
            data={(['text', 'story'] as const).map((one) => ({
              value: one,
              label: t(`outreach.snippet.kinds.${one}`),
            }))}
            {...form.getInputProps('kind')}
          />
        </Input.Wrapper>
        <TextInput
          required
          maxLength={200}
          label={t('outreach.snippet.name')}
          {...form.getInputProps('name')}
          onChange={(event) => rename(event.currentTarget.value)}
        />
        <TextInput
          required
          maxLength={40}
          disabled={snippet !== null}
          label={t('outreach.snippet.key')}
          description={t('outreach.snippet.key_hint', { field: `{{ snippet.${values.key || '…'} }}` })}
          {...form.getInputProps('key')}
          onChange={(event) => {
            setNamed(true);
            form.setFieldValue('key', event.currentTarget.value);
          }}
        />
        {story && (
          <>
            <TagsInput
              maxTags={10}
              label={t('outreach.snippet.pains')}
              description={t('outreach.snippet.pains_hint')}
              data={painsOf(known)}
              {...form.getInputProps('pains')}
            />
            <Select
              allowDeselect={false}
              label={t('outreach.snippet.owner')}
              data={[
                { value: everybody, label: t('outreach.snippet.everybody') },
                ...members.map((one) => ({ value: one.user_id, label: one.name })),
              ]}
              value={values.owner_id ?? everybody}
              error={form.errors.owner_id}
              onChange={(next) => form.setFieldValue('owner_id', next || null)}
            />
          </>
        )}
        {(['en', 'ko'] as const).map((locale) => (
          <TextBox
            key={locale}
            plain
            label={t(`outreach.snippet.text.${locale}`)}
            minRows={4}
            value={values[locale]}
            error={
              (form.errors[locale] ?? (locale === 'en' ? form.errors.texts : undefined)) as string | undefined
            }
            onChange={(next) => form.setFieldValue(locale, next)}
          />
        ))}
        <ProblemAlert error={save.error} />
        <Group gap="xs">
          <Button type="submit" loading={save.isPending}>
            {t('kit.save')}
          </Button>
          <Button variant="default" onClick={onDone}>
            {t('kit.cancel')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
