import { Button, Group, Select, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BookableHours, BookableHoursInput, CalendarView } from '@/api/generated/model';
import { api } from '@/api/http';
import { useCan } from '@/app/session';
import { useFormat } from '@/kit/format';
import { notifyDone } from '@/kit/notify';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { timeZones } from '@/kit/regions';
import { spanFault } from '../windows';
import { DayHours } from './DayHours';
import { days } from './meetings';

/** The week in which this member can be met, and the calendar that keeps them busy. */
export function HoursForm({ hours }: { hours: BookableHours }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const readOnly = !useCan('rep');
  const [zone, setZone] = useState(hours.zone);
  const [week, setWeek] = useState(hours.week);
  const [holidays, setHolidays] = useState(hours.holidays);
  /** `undefined` keeps the calendar as it is. */
  const [url, setUrl] = useState<string | null | undefined>(undefined);
  const refresh = () => client.invalidateQueries({ queryKey: ['/me/bookable-hours'] });
  const save = useMutation({
    mutationFn: () => {
      const body: BookableHoursInput = { zone, week, holidays };
      if (url !== undefined) body.calendar_url = url;
      return api.put<BookableHours>('/me/bookable-hours', body);
    },
    meta: { quiet: true },
    onSuccess: async () => {
      await refresh();
      notifyDone(t('kit.saved'));
    },
  });
  const faulty = days.some((day) => (week[day] ?? []).some((span) => spanFault(span) !== null));
  return (
    <Panel title={t('outreach.meeting.hours')} lead={t('outreach.meeting.hours_lead')}>
      <Stack gap="sm">
        <Select
          searchable
          allowDeselect={false}
          readOnly={readOnly}
          maw={320}
          label={t('entry.field.time_zone')}
          data={timeZones()}
          value={zone}
          onChange={(next) => next && setZone(next)}
        />
        <div>
          {days.map((day) => (
            <DayHours
              key={day}
              day={day}
              spans={week[day] ?? []}
              readOnly={readOnly}
              onChange={(spans) => setWeek({ ...week, [day]: spans })}
            />
          ))}
        </div>
        <Switch
          disabled={readOnly}
          label={t('outreach.meeting.holidays')}
          checked={holidays}
          onChange={(event) => setHolidays(event.currentTarget.checked)}
        />
        <CalendarField calendar={hours.calendar} url={url} readOnly={readOnly} onChange={setUrl} />
        <ProblemAlert error={save.error} />
        {!readOnly && (
          <Group>
            <Button disabled={faulty} loading={save.isPending} onClick={() => save.mutate()}>
              {t('kit.save')}
            </Button>
          </Group>
        )}
      </Stack>
    </Panel>
  );
}

interface CalendarFieldProps {
  calendar?: CalendarView | null;
  url: string | null | undefined;
  readOnly: boolean;
  onChange: (next: string | null | undefined) => void;
}

/** The address of a calendar is shown to nobody once it is saved; what came of reading it is. */
function CalendarField({ calendar, url, readOnly, onChange }: CalendarFieldProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const read = useMutation({
    mutationFn: () => api.post<BookableHours>('/me/bookable-hours/read-calendar', {}),
    onSuccess: () => client.invalidateQueries({ queryKey: ['/me/bookable-hours'] }),
  });
  if (!calendar || url !== undefined) {
    return (
      <TextInput
        type="url"
        readOnly={readOnly}
        maxLength={2000}
        label={t('outreach.meeting.calendar')}
        description={t('outreach.meeting.calendar_hint')}
        value={url ?? ''}
        onChange={(event) => onChange(event.currentTarget.value || (calendar ? null : undefined))}
      />
    );
  }
  return (
    <div>
      <Text fw={500}>{t('outreach.meeting.calendar')}</Text>
      <Text>
        {calendar.host}
        {calendar.read_at && (
          <Text span c="dimmed">
            {' · '}
            {t('outreach.meeting.read', {
              when: format.moment(calendar.read_at),
              count: calendar.events,
            })}
          </Text>
        )}
      </Text>
      {calendar.failure && (
        <Text size="xs" c="var(--harm)" role="alert">
          {t('outreach.meeting.failure', { why: calendar.failure })}
        </Text>
      )}
      {calendar.unread > 0 && (
        <Text size="xs" c="var(--warn)">
          {t('outreach.meeting.unread', { count: calendar.unread })}
        </Text>
      )}
      {!readOnly && (
        <Group gap="xs" mt={4}>
          <Button variant="default" size="compact-sm" loading={read.isPending} onClick={() => read.mutate()}>
            {t('outreach.meeting.read_now')}
          </Button>
          <Button variant="default" size="compact-sm" onClick={() => onChange('')}>
            {t('outreach.meeting.other_calendar')}
          </Button>
          <Button variant="subtle" color="gray" size="compact-sm" onClick={() => onChange(null)}>
            {t('kit.remove')}
          </Button>
        </Group>
      )}
    </div>
  );
}
