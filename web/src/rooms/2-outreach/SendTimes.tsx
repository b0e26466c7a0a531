import { ActionIcon, Button, Group, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import classes from './outreach.module.css';
import { ProposedTimes } from './ProposedTimes';
import {
  clockOf,
  endingAt,
  minutesOf,
  mostSpans,
  type Span,
  spanFault,
  usualSpans,
  type Windows,
  windowsFault,
  withOneMore,
} from './windows';

interface SendTimesProps {
  value: Windows;
  onChange: (next: Windows) => void;
  readOnly: boolean;
}

/** In which hours of the recipient's day the mails of a sequence leave. */
export function SendTimes({ value, onChange, readOnly }: SendTimesProps) {
  const { t } = useTranslation();
  const fault = windowsFault(value);
  const setSpans = (windows: Span[]) => onChange({ ...value, windows });
  const usual = JSON.stringify(value.windows) === JSON.stringify(usualSpans);
  return (
    <Stack gap="xs" className={classes.step} role="group" aria-label={t('outreach.times.title')}>
      <Group justify="space-between" gap="xs">
        <Text fw={600}>{t('outreach.times.title')}</Text>
        <SegmentedControl
          size="xs"
          readOnly={readOnly}
          aria-label={t('outreach.times.title')}
          data={[
            { value: 'hours', label: t('outreach.times.hours') },
            { value: 'always', label: t('outreach.times.always') },
          ]}
          value={value.always ? 'always' : 'hours'}
          onChange={(next) =>
            // Hours that are out of sight must not stand in the way of saving.
            onChange({ always: next === 'always', windows: value.windows.filter((one) => !spanFault(one)) })
          }
        />
      </Group>
      <Text size="xs" c="dimmed">
        {t(value.always ? 'outreach.times.always_hint' : 'outreach.times.hours_hint')}
      </Text>
      {!value.always &&
        value.windows.map((span, index) => (
          <SpanInput
            // biome-ignore lint/suspicious/noArrayIndexKey: a span is known by its place
            key={index}
            number={index + 1}
            span={span}
            readOnly={readOnly}
            onChange={(next) => setSpans(value.windows.map((one, i) => (i === index ? next : one)))}
            onRemove={() => setSpans(value.windows.filter((_, i) => i !== index))}
          />
        ))}
      {!value.always && fault === 'none' && (
        <Text size="xs" c="var(--harm)" role="alert">
          {t('outreach.times.none')}
        </Text>
      )}
      {!value.always && !readOnly && <ProposedTimes value={value} onUse={setSpans} />}
      {!value.always && !readOnly && (
        <Group gap="xs">
          {value.windows.length < mostSpans && (
            <Button
              size="compact-sm"
              variant="light"
              leftSection={<IconPlus size={14} />}
              onClick={() => setSpans(withOneMore(value.windows))}
            >
              {t('outreach.times.add')}
            </Button>
          )}
          {!usual && (
            <Button size="compact-sm" variant="subtle" color="gray" onClick={() => setSpans([...usualSpans])}>
              {t('outreach.times.usual')}
            </Button>
          )}
        </Group>
      )}
    </Stack>
  );
}

interface SpanInputProps {
  number: number;
  span: Span;
  readOnly: boolean;
  onChange: (next: Span) => void;
  onRemove: () => void;
}

function SpanInput({ number, span, readOnly, onChange, onRemove }: SpanInputProps) {
  const { t } = useTranslation();
  const fault = spanFault(span);
  const input = (end: 'from' | 'to', label: string) => (
    <TextInput
      type="time"
      size="xs"
      w={130}
      readOnly={readOnly}
      aria-label={label}
      error={end === 'to' && fault !== null}
      value={clockOf(span[end])}
      onChange={(event) => {
        const minutes = minutesOf(event.currentTarget.value);
        if (minutes !== null) onChange({ ...span, [end]: end === 'to' ? endingAt(minutes) : minutes });
      }}
    />
  );
  return (
    <Group gap="xs" role="group" aria-label={t('outreach.times.span', { number })}>
      {input('from', t('outreach.times.from'))}
      <Text aria-hidden>–</Text>
      {input('to', t('outreach.times.to'))}
      {!readOnly && (
        <ActionIcon
          variant="subtle"
          color="gray"
          onClick={onRemove}
          aria-label={`${t('kit.remove')}: ${t('outreach.times.span', { number })}`}
        >
          <IconTrash size={14} />
        </ActionIcon>
      )}
      {fault && (
        <Text size="xs" c="var(--harm)" role="alert">
          {t('outreach.times.backwards')}
        </Text>
      )}
    </Group>
  );
}
