import { Button, Checkbox, Group, Select, Stack, Text, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { CloseView, ClosingView } from '@/api/generated/model';
import { api } from '@/api/http';
import type { Deal } from '@/api/model';
import { currentLocale } from '@/i18n';
import { Override } from '@/kit/Override';
import { ProblemAlert } from '@/kit/ProblemAlert';
import classes from '@/kit/room.module.css';
import { useDealWrite } from '@/kit/useDealWrite';
import { closeKindsQuery } from './closing';

const answers = ['yes', 'no', 'hesitates', 'not_yet'] as const;

/** How the decision was asked for: one of the ways, in words of one's own, and what they answered. */
export function AttemptForm({ deal, view, onDone }: { deal: Deal; view: ClosingView; onDone: () => void }) {
  const { t } = useTranslation();
  const kinds = useQuery(closeKindsQuery).data ?? [];
  const form = useForm({
    initialValues: {
      kind: view.proposes ?? 'package_satisfied',
      words: '',
      answer: 'hesitates',
      answer_words: '',
      levers: [] as string[],
      override_reason: '',
    },
  });
  const add = useDealWrite(
    (values: typeof form.values) =>
      api.post(`/deals/${deal.id}/close-attempts`, {
        ...values,
        answer_words: values.answer_words || null,
        override_reason: values.override_reason || null,
      }),
    onDone,
  );
  const said = (one: CloseView | undefined) => (currentLocale() === 'ko' ? one?.ko : one?.en) ?? '';
  const chosen = kinds.find((one) => one.kind === form.values.kind);
  const group = (direct: boolean) =>
    kinds
      .filter((one) => one.direct === direct)
      .map((one) => ({
        value: one.kind,
        label: t(`closing.close.${one.kind}`),
        disabled: view.objection_open && one.lever,
      }));
  const live = [...view.levers, ...(view.offered ? [view.offered] : [])]
    .filter((one) => one.standing === 'live')
    .map((one) => one.lever.kind);
  return (
    <form className={classes.box} onSubmit={form.onSubmit((values) => add.mutate(values))}>
      <Stack gap="xs">
        <Group grow align="flex-start">
          <Select
            allowDeselect={false}
            label={t('closing.how')}
            data={[
              { group: t('closing.indirect'), items: group(false) },
              { group: t('closing.direct'), items: group(true) },
            ]}
            {...form.getInputProps('kind')}
          />
          <Select
            allowDeselect={false}
            label={t('closing.their_answer')}
            data={answers.map((one) => ({ value: one, label: t(`closing.answered.${one}`) }))}
            {...form.getInputProps('answer')}
          />
        </Group>
        <Text size="xs" c="dimmed">
          {said(chosen)}
        </Text>
        <Textarea
          required
          autosize
          minRows={2}
          label={t('closing.our_words')}
          {...form.getInputProps('words')}
        />
        <Textarea
          autosize
          minRows={2}
          label={t('closing.their_words')}
          description={form.values.kind === 'ask_missing' ? t('closing.becomes_question') : undefined}
          {...form.getInputProps('answer_words')}
        />
        {live.length > 0 && (
          <Checkbox.Group label={t('closing.shown')} {...form.getInputProps('levers')}>
            <Group gap="sm" mt={4}>
              {[...new Set(live)].map((key) => (
                <Checkbox key={key} size="xs" value={key} label={t(`closing.lever.${key}`)} />
              ))}
            </Group>
          </Checkbox.Group>
        )}
        <ProblemAlert error={add.error} />
        <Override
          error={add.error}
          codes={['objection_open']}
          value={form.values.override_reason}
          onChange={(next) => form.setFieldValue('override_reason', next)}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="subtle" color="gray" onClick={onDone}>
            {t('kit.cancel')}
          </Button>
          <Button type="submit" variant="light" loading={add.isPending}>
            {t('kit.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
