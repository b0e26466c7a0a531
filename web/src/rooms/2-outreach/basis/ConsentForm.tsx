import { Alert, Button, Group, SegmentedControl, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/kit/format';
import { LeftOut } from '@/kit/LeftOut';
import { notifyUndo } from '@/kit/notify';
import type { Named } from '@/kit/openConsent';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { fieldProblems } from '@/kit/problems';
import { mostAtOnce, putConsents, takeBack } from './consents';

interface Values {
  kind: 'consent' | 'not_advertising';
  given_on: string;
  how: string;
  wording: string;
}

const today = () => new Date().toISOString().slice(0, 10);

interface ConsentFormProps {
  people: readonly Named[];
  onDone: () => void;
}

/** Puts on record what people agreed to, or why what is written to them is no advertisement. */
export function ConsentForm({ people, onDone }: ConsentFormProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const form = useForm<Values>({
    initialValues: { kind: 'consent', given_on: today(), how: '', wording: '' },
  });
  const refresh = () => client.invalidateQueries({ queryKey: ['/mail-basis'] });
  const put = useMutation({
    mutationFn: ({ given_on, ...rest }: Values) => {
      // A day of the past is meant as a day; of today, as now.
      const given_at = given_on < today() ? `${given_on}T00:00:00Z` : undefined;
      return putConsents({ person_ids: people.map((one) => one.id), given_at, ...rest });
    },
    meta: { quiet: true },
    onSuccess: async (answer, said) => {
      const unknown = new Set(answer.unknown);
      const theirs = people.map((one) => one.id).filter((id) => !unknown.has(id));
      if (answer.put > 0) {
        notifyUndo(t('outreach.basis.put', { count: answer.put }), async () => {
          await takeBack(theirs, said, t('outreach.basis.by_mistake'));
          await refresh();
        });
      }
      await refresh();
      if (unknown.size === 0) onDone();
    },
    onError: (error) => {
      for (const { field, message } of fieldProblems(t, error))
        form.setFieldError(field === 'given_at' ? 'given_on' : field, message);
    },
  });
  const many = people.length > mostAtOnce;
  if (put.data) {
    const unknown = new Set(put.data.unknown);
    const gone = people.filter((one) => unknown.has(one.id));
    const why = t('outreach.basis.not_there');
    return (
      <LeftOut
        title={t('outreach.basis.not_put', { count: gone.length })}
        people={gone.map((one) => ({ ...one, why }))}
        onDone={onDone}
      />
    );
  }
  const { kind } = form.values;
  return (
    <form onSubmit={form.onSubmit((values) => put.mutate(values))}>
      <Stack gap="sm">
        {people.length > 1 && <Text fw={600}>{t('outreach.several.for', { count: people.length })}</Text>}
        {many && (
          <Alert color="orange" variant="light" p="xs">
            {t('outreach.several.at_once', { most: format.number(mostAtOnce) })}
          </Alert>
        )}
        <SegmentedControl
          aria-label={t('outreach.basis.kind')}
          data={(['consent', 'not_advertising'] as const).map((one) => ({
            value: one,
            label: t(`outreach.basis.kinds.${one}`),
          }))}
          {...form.getInputProps('kind')}
        />
        <Text size="xs" c="dimmed">
          {t(`outreach.basis.kind_hint.${kind}`)}
        </Text>
        <TextInput
          type="date"
          required
          max={today()}
          label={t('outreach.basis.given_on')}
          {...form.getInputProps('given_on')}
        />
        <TextInput
          required
          data-autofocus
          maxLength={2000}
          label={t('outreach.basis.how')}
          placeholder={t('outreach.basis.how_example')}
          {...form.getInputProps('how')}
        />
        <Textarea
          required
          autosize
          minRows={2}
          maxLength={2000}
          label={t(`outreach.basis.wording.${kind}`)}
          {...form.getInputProps('wording')}
        />
        {put.isError && fieldProblems(t, put.error).length === 0 && <ProblemAlert error={put.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={put.isPending} disabled={many}>
            {t('kit.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
