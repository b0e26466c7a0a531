import {
  Button,
  Group,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  Switch,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { MeetingKind, MeetingKindInput } from '@/api/generated/model';
import { api } from '@/api/http';
import { askFirst } from '@/kit/askFirst';
import { notifyDone } from '@/kit/notify';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { mailboxesQuery } from '../outreach';
import { firstKind, placeOf, places } from './meetings';

const numbers = [
  ['minutes', 5, 480],
  ['step_minutes', 5, 240],
  ['before_minutes', 0, 240],
  ['after_minutes', 0, 240],
  ['notice_minutes', 0, 43_200],
  ['horizon_days', 1, 365],
] as const;

function valuesOf(kind: MeetingKind | null, name: string): MeetingKindInput {
  const first = firstKind(name);
  if (kind === null) return first;
  const keys = [...Object.keys(first), 'mailbox_id'];
  return Object.fromEntries(Object.entries(kind).filter(([key]) => keys.includes(key))) as MeetingKindInput;
}

/** A kind of meeting: how long, where, and how it may lie in the week. */
export function KindForm({ kind, onDone }: { kind: MeetingKind | null; onDone: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const mailboxes = useQuery(mailboxesQuery);
  const form = useForm({ initialValues: valuesOf(kind, t('outreach.meeting.first_name')) });
  const place = placeOf(form.values.place_kind);
  const refresh = () => client.invalidateQueries({ queryKey: ['/meeting-kinds'] });
  const save = useMutation({
    mutationFn: (values: MeetingKindInput) =>
      kind ? api.patch(`/meeting-kinds/${kind.id}`, values) : api.post('/meeting-kinds', values),
    meta: { quiet: true },
    onSuccess: async () => {
      await refresh();
      notifyDone(t('kit.saved'));
      onDone();
    },
  });
  const remove = useMutation({
    mutationFn: (id: string) => api.delete(`/meeting-kinds/${id}`),
    onSuccess: async () => {
      await refresh();
      onDone();
    },
  });
  const ask = (id: string) =>
    askFirst({
      title: t('outreach.meeting.delete_title'),
      text: t('outreach.meeting.delete_text'),
      confirm: t('kit.delete'),
      onConfirm: () => remove.mutate(id),
    });
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
      <Stack gap="sm">
        <TextInput
          required
          maxLength={200}
          label={t('outreach.meeting.name')}
          {...form.getInputProps('name')}
        />
        <Textarea
          autosize
          minRows={2}
          maxLength={2000}
          label={t('outreach.meeting.text')}
          description={t('outreach.meeting.text_hint')}
          {...form.getInputProps('text')}
        />
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
          <Select
            allowDeselect={false}
            label={t('outreach.meeting.where')}
            data={places.map((one) => ({ value: one, label: t(`outreach.meeting.place.${one}`) }))}
            {...form.getInputProps('place_kind')}
          />
          <TextInput
            maxLength={500}
            label={t(`outreach.meeting.place_text.${place}`)}
            {...form.getInputProps('place')}
          />
        </SimpleGrid>
        <SimpleGrid cols={{ base: 2, xs: 3 }} spacing="sm">
          {numbers.map(([field, min, max]) => (
            <NumberInput
              key={field}
              required
              allowDecimal={false}
              min={min}
              max={max}
              label={t(`outreach.meeting.field.${field}`)}
              {...form.getInputProps(field)}
            />
          ))}
        </SimpleGrid>
        <Select
          label={t('outreach.meeting.mailbox')}
          description={t('outreach.meeting.mailbox_hint')}
          placeholder={t('outreach.meeting.mailbox_own')}
          clearable
          data={(mailboxes.data ?? []).map((one) => ({ value: one.id, label: one.email }))}
          value={form.values.mailbox_id ?? null}
          onChange={(next) => form.setFieldValue('mailbox_id', next)}
        />
        <Switch
          label={t('outreach.meeting.active')}
          {...form.getInputProps('active', { type: 'checkbox' })}
        />
        <ProblemAlert error={save.error} />
        <Group gap="xs">
          <Button type="submit" loading={save.isPending}>
            {t('kit.save')}
          </Button>
          <Button variant="default" onClick={onDone}>
            {t('kit.cancel')}
          </Button>
          {kind && (
            <Button variant="subtle" color="red" ml="auto" onClick={() => ask(kind.id)}>
              {t('kit.delete')}
            </Button>
          )}
        </Group>
      </Stack>
    </form>
  );
}
