import { Badge, Button, Group, Kbd, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Meeting } from '@/api/generated/model';
import { api } from '@/api/http';
import { useCan } from '@/app/session';
import { useFormat } from '@/kit/format';
import { RecordSection } from '@/kit/record/RecordLayout';
import { useKeys } from '@/kit/useKeys';
import classes from '../outreach.module.css';
import { askToChange } from './ChangeMeeting';
import { liesAhead, meetingsOf, stateOf, waits } from './meetings';

type Word = 'held' | 'missed';

const colors: Record<string, string> = { held: 'green', missed: 'red', cancelled: 'gray' };

/** Meetings with a person: what lies ahead, and what is to be said of those that began, by one key. */
export function PersonMeetings({ personId }: { personId: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const canWrite = useCan('rep');
  const { data } = useQuery(meetingsOf(personId));
  const say = useMutation({
    mutationFn: ({ id, word }: { id: string; word: Word }) =>
      api.post<Meeting>(`/meetings/${id}/${word}`, {}),
    onSuccess: () =>
      Promise.all(
        ['/meetings', '/people', '/companies', '/deals', '/today'].map((key) =>
          client.invalidateQueries({ queryKey: [key] }),
        ),
      ),
  });
  const now = Date.now();
  const meetings = data?.items ?? [];
  const waiting = meetings.filter((meeting) => waits(meeting, now));
  const first = waiting.at(-1);
  const keys = canWrite && first !== undefined;
  useKeys(
    keys
      ? {
          h: () => say.mutate({ id: first.id, word: 'held' }),
          m: () => say.mutate({ id: first.id, word: 'missed' }),
        }
      : {},
  );
  if (meetings.length === 0) return null;
  return (
    <RecordSection title={t('outreach.meeting.many')}>
      {meetings.map((meeting) => (
        <Line
          key={meeting.id}
          meeting={meeting}
          asks={canWrite && waits(meeting, now)}
          ahead={canWrite && liesAhead(meeting, now)}
          keyed={keys && meeting.id === first.id}
          busy={say.isPending}
          onSay={(word) => say.mutate({ id: meeting.id, word })}
        />
      ))}
    </RecordSection>
  );
}

interface LineProps {
  meeting: Meeting;
  asks: boolean;
  ahead: boolean;
  keyed: boolean;
  busy: boolean;
  onSay: (word: Word) => void;
}

function Line({ meeting, asks, ahead, keyed, busy, onSay }: LineProps) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <div className={classes.line}>
      <Group justify="space-between" gap="xs" wrap="nowrap" align="flex-start">
        <div>
          <Text fw={600}>{format.dateTime(meeting.starts_at)}</Text>
          <Text size="xs" c="dimmed">
            {meeting.kind_name}
            {meeting.answer === 'accepted' && ` · ${t('outreach.meeting.accepted')}`}
          </Text>
        </div>
        <Badge variant="light" tt="none" color={colors[meeting.state]}>
          {t(`outreach.meeting.state.${stateOf(meeting)}`)}
        </Badge>
      </Group>
      {meeting.note && <Text className={classes.note}>{meeting.note}</Text>}
      {asks && (
        <Group gap="xs" mt={6}>
          <Button size="compact-sm" loading={busy} onClick={() => onSay('held')}>
            {t('outreach.meeting.held')}
            {keyed && <Kbd ml={6}>h</Kbd>}
          </Button>
          <Button size="compact-sm" variant="default" loading={busy} onClick={() => onSay('missed')}>
            {t('outreach.meeting.missed')}
            {keyed && <Kbd ml={6}>m</Kbd>}
          </Button>
        </Group>
      )}
      {ahead && (
        <Group gap={0} ml={-8} mt={2}>
          <Button
            size="compact-xs"
            variant="subtle"
            color="gray"
            onClick={() => askToChange('move', meeting)}
          >
            {t('outreach.meeting.move')}
          </Button>
          <Button
            size="compact-xs"
            variant="subtle"
            color="gray"
            onClick={() => askToChange('cancel', meeting)}
          >
            {t('outreach.meeting.cancel')}
          </Button>
        </Group>
      )}
    </div>
  );
}
