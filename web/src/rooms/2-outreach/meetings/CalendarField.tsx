import { Button, Group, PasswordInput, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BookableHours, CalendarView } from '@/api/generated/model';
import { api } from '@/api/http';
import { useFormat } from '@/kit/format';
import { asksWho, type CalendarEntry, faultOf } from './calendarEntry';

interface CalendarFieldProps {
  calendar?: CalendarView | null;
  entry: CalendarEntry;
  readOnly: boolean;
  onChange: (next: CalendarEntry) => void;
}

/** What opens a calendar is shown to nobody once it is saved; what came of reading it is. */
export function CalendarField(props: CalendarFieldProps) {
  const { calendar, entry } = props;
  return calendar && entry.url === undefined ? (
    <Connected {...props} calendar={calendar} />
  ) : (
    <Address {...props} />
  );
}

function Address({ calendar, entry, readOnly, onChange }: CalendarFieldProps) {
  const { t } = useTranslation();
  const [signs, setSigns] = useState(false);
  return (
    <Stack gap="xs">
      <TextInput
        type="url"
        readOnly={readOnly}
        maxLength={2000}
        label={t('outreach.meeting.calendar')}
        description={t('outreach.meeting.calendar_hint')}
        value={entry.url ?? ''}
        onChange={(event) => {
          const url = event.currentTarget.value || (calendar ? null : undefined);
          onChange(url === undefined ? {} : { ...entry, url });
        }}
      />
      {entry.url && !signs && (
        <Button variant="subtle" size="compact-sm" w="fit-content" onClick={() => setSigns(true)}>
          {t('outreach.meeting.asks_who')}
        </Button>
      )}
      {entry.url && signs && <Who entry={entry} onChange={onChange} />}
    </Stack>
  );
}

/** Who reads the calendar at its server. */
function Who({ entry, onChange }: Pick<CalendarFieldProps, 'entry' | 'onChange'>) {
  const { t } = useTranslation();
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xs" maw={640}>
      <TextInput
        autoComplete="off"
        maxLength={254}
        label={t('outreach.meeting.calendar_user')}
        value={entry.user ?? ''}
        onChange={(event) => onChange({ ...entry, user: event.currentTarget.value })}
      />
      <PasswordInput
        autoComplete="new-password"
        maxLength={1024}
        label={t('outreach.meeting.calendar_password')}
        description={t('outreach.meeting.calendar_password_hint')}
        inputWrapperOrder={['label', 'input', 'description']}
        value={entry.password ?? ''}
        onChange={(event) => onChange({ ...entry, password: event.currentTarget.value })}
      />
    </SimpleGrid>
  );
}

function Connected({ calendar, entry, readOnly, onChange }: CalendarFieldProps & { calendar: CalendarView }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [signs, setSigns] = useState(asksWho(calendar));
  const read = useMutation({
    mutationFn: () => api.post<BookableHours>('/me/bookable-hours/read-calendar', {}),
    onSuccess: () => client.invalidateQueries({ queryKey: ['/me/bookable-hours'] }),
  });
  return (
    <div>
      <Text fw={500}>{t('outreach.meeting.calendar')}</Text>
      <Found calendar={calendar} />
      {!readOnly && signs && <Who entry={entry} onChange={onChange} />}
      {!readOnly && (
        <Group gap="xs" mt="xs">
          <Button variant="default" size="compact-sm" loading={read.isPending} onClick={() => read.mutate()}>
            {t('outreach.meeting.read_now')}
          </Button>
          {calendar.user && !signs && (
            <Button variant="default" size="compact-sm" onClick={() => setSigns(true)}>
              {t('outreach.meeting.other_password')}
            </Button>
          )}
          <Button variant="default" size="compact-sm" onClick={() => onChange({ url: '' })}>
            {t('outreach.meeting.other_calendar')}
          </Button>
          <Button variant="subtle" color="gray" size="compact-sm" onClick={() => onChange({ url: null })}>
            {t('kit.remove')}
          </Button>
        </Group>
      )}
    </div>
  );
}

/** What was found there, and when. */
function Found({ calendar }: { calendar: CalendarView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const fault = faultOf(calendar);
  const why = fault ? t(`outreach.meeting.fault.${fault}`, { why: calendar.failure }) : calendar.failure;
  return (
    <>
      <Text style={{ overflowWrap: 'anywhere' }}>
        {[calendar.host, calendar.user, calendar.kind && t(`outreach.meeting.kind.${kindOf(calendar)}`)]
          .filter(Boolean)
          .join(' · ')}
        {calendar.read_at && (
          <Text span c="dimmed">
            {' · '}
            {t('outreach.meeting.read', { when: format.moment(calendar.read_at), count: calendar.events })}
          </Text>
        )}
      </Text>
      {why && (
        <Text size="xs" c="var(--harm)" role="alert">
          {t(calendar.read_at ? 'outreach.meeting.failure' : 'outreach.meeting.never_read', { why })}
        </Text>
      )}
      {calendar.unread > 0 && (
        <Text size="xs" c="var(--warn)">
          {t('outreach.meeting.unread', { count: calendar.unread })}
        </Text>
      )}
    </>
  );
}

function kindOf(calendar: CalendarView): 'ics' | 'caldav' {
  return calendar.kind === 'caldav' ? 'caldav' : 'ics';
}
