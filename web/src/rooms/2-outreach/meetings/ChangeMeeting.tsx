import { Button, Group, Select, Skeleton, Stack, Text, Textarea } from '@mantine/core';
import { modals } from '@mantine/modals';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import i18next from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Meeting } from '@/api/generated/model';
import { api } from '@/api/http';
import { useFormat } from '@/kit/format';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { timesOf } from './meetings';

type Change = 'move' | 'cancel';

/** Asks for another time, or whether to cancel, with a word to the guest: they are written to, so it is not taken back. */
export function askToChange(change: Change, meeting: Meeting): void {
  const id = modals.open({
    title: i18next.t(`outreach.meeting.${change}_title`),
    closeButtonProps: { 'aria-label': i18next.t('kit.close') },
    children: <ChangeForm change={change} meeting={meeting} onDone={() => modals.close(id)} />,
  });
}

interface ChangeFormProps {
  change: Change;
  meeting: Meeting;
  onDone: () => void;
}

function ChangeForm({ change, meeting, onDone }: ChangeFormProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [startsAt, setStartsAt] = useState<string | null>(null);
  const [reason, setReason] = useState('');
  const moves = change === 'move';
  const send = useMutation({
    mutationFn: () =>
      api.post<Meeting>(`/meetings/${meeting.id}/${change}`, {
        ...(moves && { starts_at: startsAt }),
        reason: reason.trim() || null,
      }),
    meta: { quiet: true },
    onSuccess: async () => {
      onDone();
      const touched = ['/meetings', '/people', '/companies', '/deals', '/today'];
      await Promise.all(touched.map((key) => client.invalidateQueries({ queryKey: [key] })));
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send.mutate();
      }}
    >
      <Stack gap="sm">
        <Text>{t(`outreach.meeting.${change}_text`, { name: meeting.name })}</Text>
        {moves && <Times meeting={meeting} value={startsAt} onChange={setStartsAt} />}
        <Textarea
          autosize
          minRows={2}
          maxLength={2000}
          label={t('outreach.meeting.word')}
          description={t('outreach.meeting.word_hint', { name: meeting.name })}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <ProblemAlert error={send.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            {t('kit.close')}
          </Button>
          <Button
            type="submit"
            color={moves ? undefined : 'red'}
            disabled={moves && startsAt === null}
            loading={send.isPending}
          >
            {t(`outreach.meeting.${change}`)}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface TimesProps {
  meeting: Meeting;
  value: string | null;
  onChange: (next: string | null) => void;
}

function Times({ meeting, value, onChange }: TimesProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data, error, refetch } = useQuery(timesOf(meeting.id));
  if (error) return <ProblemAlert error={error} retry={() => refetch()} />;
  if (!data) return <Skeleton h={60} />;
  return (
    <Select
      required
      searchable
      data-autofocus
      label={t('outreach.meeting.new_time')}
      nothingFoundMessage={t('outreach.meeting.no_time')}
      limit={200}
      data={data.times.map((at) => ({ value: at, label: format.dateTime(at) }))}
      value={value}
      onChange={onChange}
    />
  );
}
