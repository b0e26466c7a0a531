import { Button, Group, SegmentedControl, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { ConsentsPut } from '@/api/generated/model';
import { api } from '@/api/http';
import { notifyDone } from '@/kit/notify';
import { fieldProblems } from '@/kit/problems';

interface Values {
  kind: 'consent' | 'not_advertising';
  given_on: string;
  how: string;
  wording: string;
}

const today = () => new Date().toISOString().slice(0, 10);

/** Puts on record what people agreed to, or why what is written to them is no advertisement. */
export function ConsentForm({ personIds, onDone }: { personIds: string[]; onDone: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const form = useForm<Values>({
    initialValues: { kind: 'consent', given_on: today(), how: '', wording: '' },
  });
  const put = useMutation({
    mutationFn: ({ given_on, ...rest }: Values) => {
      // A day of the past is meant as a day; of today, as now.
      const given_at = given_on < today() ? `${given_on}T00:00:00Z` : undefined;
      return api.post<ConsentsPut>('/consents', { person_ids: personIds, given_at, ...rest });
    },
    meta: { quiet: true },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['/mail-basis'] });
      notifyDone(t('kit.saved'));
      onDone();
    },
    onError: (error) => {
      for (const { field, message } of fieldProblems(t, error))
        form.setFieldError(field === 'given_at' ? 'given_on' : field, message);
    },
  });
  const { kind } = form.values;
  return (
    <form onSubmit={form.onSubmit((values) => put.mutate(values))}>
      <Stack gap="sm">
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
        <Group justify="flex-end">
          <Button type="submit" loading={put.isPending}>
            {t('kit.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
