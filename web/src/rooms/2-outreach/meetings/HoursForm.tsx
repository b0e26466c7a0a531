import { Button, Group, Select, Stack, Switch } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BookableHours, BookableHoursInput } from '@/api/generated/model';
import { api } from '@/api/http';
import { useCan } from '@/app/session';
import { notifyDone } from '@/kit/notify';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { timeZones } from '@/kit/regions';
import { spanFault } from '../windows';
import { CalendarField } from './CalendarField';
import { type CalendarEntry, entered } from './calendarEntry';
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
  const [entry, setEntry] = useState<CalendarEntry>({});
  const refresh = () => client.invalidateQueries({ queryKey: ['/me/bookable-hours'] });
  const save = useMutation({
    mutationFn: () => {
      const body: BookableHoursInput = { zone, week, holidays, ...entered(entry) };
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
        <CalendarField calendar={hours.calendar} entry={entry} readOnly={readOnly} onChange={setEntry} />
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
