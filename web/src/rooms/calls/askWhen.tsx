import { Button, Group, Stack, TextInput } from '@mantine/core';
import { modals } from '@mantine/modals';
import i18next from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { chooseFrom } from '@/kit/chooseFrom';
import { DayInput } from '@/kit/fields/DayInput';
import { todayIn } from '@/kit/format';
import { instantAt } from '@/kit/zonedTime';

const later = [1, 2, 3, 7, 14] as const;

function dayAfter(today: string, days: number): string {
  return new Date(Date.parse(`${today}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** Asks on which day to call again. */
export function askAgain(zone: string, onDay: (day: string) => void): void {
  const t = i18next.t;
  const today = todayIn(zone, Date.now());
  const choices = later.map((days) => ({
    key: String(days),
    label: t('calls.again.days', { count: days }),
    onChosen: () => onDay(dayAfter(today, days)),
  }));
  chooseFrom(t('calls.again.title'), choices, (close) => (
    <DayInput
      label={t('calls.again.day')}
      minDate={today}
      onChange={(day) => {
        if (!day) return;
        close();
        onDay(day);
      }}
    />
  ));
}

/** Asks when the meeting is; it may be left open. */
export function askMeeting(zone: string, onTime: (at: string | null) => void): void {
  const id = modals.open({
    title: i18next.t('calls.meeting.title'),
    closeButtonProps: { 'aria-label': i18next.t('kit.close') },
    // The next key is for the page again at once.
    transitionProps: { duration: 0 },
    children: (
      <MeetingForm
        zone={zone}
        onTime={(at) => {
          modals.close(id);
          onTime(at);
        }}
      />
    ),
  });
}

function MeetingForm({ zone, onTime }: { zone: string; onTime: (at: string | null) => void }) {
  const { t } = useTranslation();
  const today = todayIn(zone, Date.now());
  const [day, setDay] = useState<string | null>(dayAfter(today, 1));
  const [time, setTime] = useState('10:00');
  const at = () => {
    const [hour = 10, minute = 0] = time.split(':').map(Number);
    return day ? new Date(instantAt(zone, day, hour).getTime() + minute * 60_000).toISOString() : null;
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onTime(at());
      }}
    >
      <Stack gap="sm">
        <Group grow>
          <DayInput label={t('calls.meeting.day')} minDate={today} value={day} onChange={setDay} />
          <TextInput
            type="time"
            label={t('calls.meeting.time')}
            value={time}
            onChange={(event) => setTime(event.currentTarget.value)}
          />
        </Group>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={() => onTime(null)}>
            {t('calls.meeting.open')}
          </Button>
          <Button type="submit" data-autofocus disabled={!day || !/^\d{1,2}:\d{2}$/.test(time)}>
            {t('calls.meeting.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
