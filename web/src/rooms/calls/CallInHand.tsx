import { Button, Group, Kbd, Text, Textarea, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallItem } from '@/api/generated/model';
import { useCan } from '@/app/session';
import { useFormat } from '@/kit/format';
import { RecordSection } from '@/kit/record/RecordLayout';
import { Timeline } from '@/kit/record/Timeline';
import { useKeys } from '@/kit/useKeys';
import { StartTalkButton } from '../3-qualification/cockpit/StartTalkButton';
import { askAgain, askMeeting } from './askWhen';
import { Hour } from './CallQueue';
import { clockIn, type Disposition, dispositions, isTalk, keyOf } from './calls';
import classes from './calls.module.css';
import { Dial, useTalk } from './Dial';
import type { Calls, Told } from './useCalls';

const notes = new Map<string, string>();

/** One call: whom, at which number, what to say, what was said, and what became of it. */
export function CallInHand({ item, calls }: { item: CallItem; calls: Calls }) {
  const { t } = useTranslation();
  const format = useFormat();
  const canWrite = useCan('rep');
  const field = useRef<HTMLTextAreaElement>(null);
  const dial = useRef<HTMLElement>(null);
  const [body, setBody] = useState(notes.get(item.task_id) ?? '');
  const talk = useTalk();
  const write = (next: string) => {
    setBody(next);
    notes.set(item.task_id, next);
  };
  const say = (disposition: Disposition) => {
    const told: Told = { disposition, body: body.trim() };
    if (isTalk(disposition) && talk.seconds !== null) told.duration_seconds = Math.min(talk.seconds, 86_400);
    const send = (more: Partial<Told>) => calls.dispose(item, { ...told, ...more });
    const zone = format.reader.timeZone;
    if (disposition === 'callback_agreed') askAgain(zone, (again_on) => send({ again_on }));
    else if (disposition === 'meeting_booked')
      askMeeting(zone, (meeting_at) => send(meeting_at ? { meeting_at } : {}));
    else send({});
  };
  useKeys({
    c: item.phone ? () => dial.current?.click() : undefined,
    n: () => field.current?.focus(),
    ...(canWrite && Object.fromEntries(dispositions.map((one) => [keyOf(one), () => say(one)]))),
  });
  return (
    <>
      <section className={classes.call} aria-label={item.title}>
        <Group justify="space-between" align="flex-start" gap="xs">
          <div>
            <Title order={2}>
              <Link to="/people/$id" params={{ id: item.person_id }} search={{}}>
                {item.person_name}
              </Link>
            </Title>
            <Text c="dimmed" size="sm">
              {[item.person_title, item.company_name].filter(Boolean).join(' · ')}
            </Text>
          </div>
          <Group gap={6}>
            <Hour item={item} />
            <Text size="xs" c="dimmed">
              {t('calls.their_time', { time: clockIn(format.reader.locale, item.zone, Date.now()) })}
            </Text>
          </Group>
        </Group>
        <Dial item={item} button={dial} talk={talk} />
        {item.deal_id && (
          <Group gap="xs">
            <StartTalkButton dealId={item.deal_id} personId={item.person_id} taskId={item.task_id} />
          </Group>
        )}
        {item.script && (
          <RecordSection title={t('calls.script')}>
            <div className={classes.script}>{item.script}</div>
          </RecordSection>
        )}
        <Textarea
          ref={field}
          label={t('calls.notes')}
          autosize
          minRows={3}
          maxLength={50_000}
          value={body}
          onChange={(event) => write(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') event.currentTarget.blur();
          }}
        />
        {canWrite && (
          <fieldset className={classes.dispositions} aria-label={t('calls.what_became')}>
            {dispositions.map((one) => (
              <Button
                key={one}
                variant={isTalk(one) ? 'light' : 'default'}
                rightSection={
                  <Kbd size="xs" className={classes.key}>
                    {keyOf(one)}
                  </Kbd>
                }
                onClick={() => say(one)}
              >
                {t(`calls.disposition.${one}`)}
              </Button>
            ))}
          </fieldset>
        )}
      </section>
      <aside className={classes.aside} aria-label={t('calls.before')}>
        <RecordSection title={t('calls.before')}>
          <Text size="xs" c="dimmed" mb="xs">
            {item.calls === 0
              ? t('calls.never')
              : t('calls.called', { count: item.calls, when: format.moment(item.last_call_at) })}
          </Text>
          <Timeline kind="person" id={item.person_id} hasKeys={false} />
        </RecordSection>
      </aside>
    </>
  );
}
