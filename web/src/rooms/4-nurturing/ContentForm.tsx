import { Button, Group, SegmentedControl, Select, Stack, TagsInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Content } from '@/api/generated/model';
import { api } from '@/api/http';
import { DayInput } from '@/kit/fields/DayInput';
import { notifyDone } from '@/kit/notify';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { fieldProblems } from '@/kit/problems';
import { TextBox } from '../2-outreach/editor/TextBox';
import { ContentFileInput } from './ContentFileInput';
import {
  bodyOf,
  type ContentValues,
  challengesOf,
  contentQuery,
  forms,
  gives,
  levels,
  topics,
  valuesOf,
} from './nurturing';

/** A link, a file, a story or an answer: what it gives, and for whom it is. */
export function ContentForm({ content, onDone }: { content: Content | null; onDone: () => void }) {
  const { t, i18n } = useTranslation();
  const client = useQueryClient();
  const known = useQuery(contentQuery).data ?? [];
  const form = useForm<ContentValues>({
    initialValues: valuesOf(content, i18n.language === 'ko' ? 'ko' : 'en'),
  });
  const save = useMutation({
    mutationFn: (values: ContentValues) =>
      content
        ? api.patch(`/content/${content.id}`, bodyOf(values), content.revision)
        : api.post('/content', bodyOf(values)),
    meta: { quiet: true },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['/content'] });
      notifyDone(t('kit.saved'));
      onDone();
    },
    onError: (error) => {
      for (const { field, message } of fieldProblems(t, error)) form.setFieldError(field, message);
    },
  });
  const { values } = form;
  const answer = values.form === 'answer';
  return (
    <form onSubmit={form.onSubmit((now) => save.mutate(now))}>
      <Stack gap="sm">
        <SegmentedControl
          aria-label={t('nurturing.content.form')}
          data={forms.map((one) => ({ value: one, label: t(`nurturing.form.${one}`) }))}
          {...form.getInputProps('form')}
        />
        <TextInput
          required
          maxLength={500}
          label={t(answer ? 'nurturing.content.question' : 'nurturing.content.title')}
          {...form.getInputProps('title')}
        />
        <TextBox
          plain
          label={t(answer ? 'nurturing.content.answer' : 'nurturing.content.body')}
          minRows={3}
          value={values.body}
          error={form.errors.body as string | undefined}
          onChange={(next) => form.setFieldValue('body', next)}
        />
        {values.form === 'file' ? (
          <ContentFileInput
            shown={values.url}
            error={form.errors.file_id as string | undefined}
            onKept={(kept) => form.setValues({ file_id: kept.file_id, url: kept.url })}
          />
        ) : (
          <TextInput
            type="url"
            required={values.form === 'link'}
            label={t('nurturing.content.url')}
            {...form.getInputProps('url')}
          />
        )}
        <TagsInput
          maxTags={20}
          label={t('nurturing.content.challenges')}
          description={t('nurturing.content.challenges_hint')}
          data={challengesOf(known)}
          {...form.getInputProps('challenges')}
        />
        <Group grow align="flex-start">
          <Select
            allowDeselect={false}
            label={t('nurturing.content.gives')}
            data={gives.map((one) => ({ value: one, label: t(`offer.awareness.value.${one}`) }))}
            {...form.getInputProps('gives')}
          />
          <Select
            allowDeselect={false}
            label={t('nurturing.content.topic')}
            data={topics.map((one) => ({ value: one, label: t(`nurturing.topic.${one}`) }))}
            {...form.getInputProps('topic')}
          />
        </Group>
        <Group grow align="flex-start">
          <Select
            allowDeselect={false}
            label={t('nurturing.content.level')}
            data={[
              { value: '', label: t('nurturing.content.any_level') },
              ...levels.map((one) => ({ value: one, label: t(`offer.awareness.level.${one}`) })),
            ]}
            {...form.getInputProps('level')}
          />
          <Select
            allowDeselect={false}
            label={t('nurturing.content.locale')}
            data={[
              { value: 'en', label: t('nurturing.content.locales.en') },
              { value: 'ko', label: t('nurturing.content.locales.ko') },
            ]}
            {...form.getInputProps('locale')}
          />
        </Group>
        <TagsInput
          maxTags={20}
          label={t('nurturing.content.industries')}
          {...form.getInputProps('industries')}
        />
        <DayInput clearable label={t('nurturing.content.expires_on')} {...form.getInputProps('expires_on')} />
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
