import { ActionIcon, Group, Stack, Switch, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import classes from '../outreach.module.css';
import { clockOf, endingAt, minutesOf, type Span, spanFault } from '../windows';
import { type Day, dayName } from './meetings';

const most = 6;
const usual: Span[] = [{ from: 540, to: 1020 }];

/** One more span after the last, an hour later and an hour long, as far as the day has room. */
function oneMore(spans: Span[]): Span[] {
  const end = spans.at(-1)?.to ?? 540;
  const from = Math.min(end + 60, 1380);
  return [...spans, { from, to: Math.min(from + 60, 1440) }];
}

interface DayHoursProps {
  day: Day;
  spans: Span[];
  readOnly: boolean;
  onChange: (next: Span[]) => void;
}

/** The hours of one day of the week; a day that is switched off has none. */
export function DayHours({ day, spans, readOnly, onChange }: DayHoursProps) {
  const { t, i18n } = useTranslation();
  const name = dayName(i18n.language, day);
  const set = (index: number, next: Span) => onChange(spans.map((one, i) => (i === index ? next : one)));
  return (
    <Group className={classes.line} align="flex-start" gap="sm" role="group" aria-label={name}>
      <Switch
        w={130}
        mt={4}
        disabled={readOnly}
        label={name}
        checked={spans.length > 0}
        onChange={(event) => onChange(event.currentTarget.checked ? usual : [])}
      />
      <Stack gap={4} flex={1}>
        {spans.length === 0 && (
          <Text c="dimmed" mt={4}>
            {t('outreach.meeting.off')}
          </Text>
        )}
        {spans.map((span, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a span is known by its place
          <Group key={index} gap="xs" wrap="nowrap">
            {(['from', 'to'] as const).map((end) => (
              <TextInput
                key={end}
                type="time"
                size="xs"
                w={120}
                readOnly={readOnly}
                aria-label={`${name}: ${t(`outreach.times.${end}`)}`}
                error={end === 'to' && spanFault(span) !== null}
                value={clockOf(span[end])}
                onChange={(event) => {
                  const minutes = minutesOf(event.currentTarget.value);
                  if (minutes !== null)
                    set(index, { ...span, [end]: end === 'to' ? endingAt(minutes) : minutes });
                }}
              />
            ))}
            {!readOnly && (
              <ActionIcon
                variant="subtle"
                color="gray"
                onClick={() => onChange(spans.filter((_, i) => i !== index))}
                aria-label={`${t('kit.remove')}: ${name} ${clockOf(span.from)}`}
              >
                <IconTrash size={14} />
              </ActionIcon>
            )}
            {!readOnly && index === spans.length - 1 && spans.length < most && (
              <ActionIcon
                variant="subtle"
                onClick={() => onChange(oneMore(spans))}
                aria-label={`${t('outreach.times.add')}: ${name}`}
              >
                <IconPlus size={14} />
              </ActionIcon>
            )}
          </Group>
        ))}
      </Stack>
    </Group>
  );
}
