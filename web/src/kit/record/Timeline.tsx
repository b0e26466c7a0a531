import { ActionIcon, Button, Group, Skeleton, Stack, Text, Tooltip } from '@mantine/core';
import {
  IconArrowBackUp,
  IconArrowMerge,
  IconArrowRight,
  IconCheck,
  IconCircleDot,
  IconMail,
  IconNote,
  IconPencil,
  IconPhone,
  IconPlus,
  IconSend,
  IconTrash,
  IconUsers,
} from '@tabler/icons-react';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import type { Kind, TimelineEntry } from '@/api/model';
import { timelineQuery, useRefresh } from '@/api/records';
import { useCan } from '@/app/session';
import { useFormat } from '../format';
import { notifyDone } from '../notify';
import { ProblemAlert } from '../ProblemAlert';
import { useEventText } from './eventText';
import { object, text } from './eventWords';
import { IntentPicker } from './IntentPicker';
import classes from './record.module.css';

const icons: [RegExp, typeof IconMail][] = [
  [/\.merge/, IconArrowMerge],
  [/enrolment|sequence/, IconSend],
  [/note/, IconNote],
  [/call/, IconPhone],
  [/meeting/, IconUsers],
  [/reply|received|inbound/, IconMail],
  [/mail|message|sent/, IconSend],
  [/move|stage|advance|won|lost|park/, IconArrowRight],
  [/done|completed|accepted|confirmed/, IconCheck],
  [/created/, IconPlus],
  [/deleted/, IconTrash],
  [/updated|changed|restored/, IconPencil],
];

interface TimelineProps {
  kind: Kind;
  id: string;
  /** Whether digits say what the newest reply means; not where the page has digits of its own. */
  hasKeys?: boolean;
}

export function Timeline({ kind, id, hasKeys = true }: TimelineProps) {
  const { t } = useTranslation();
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } =
    useInfiniteQuery(timelineQuery(kind, id));
  const entries = data?.pages.flatMap((page) => page.items) ?? [];
  const newestReply = entries.find(isHumanReply)?.id;
  if (isPending) return <Skeleton h={160} />;
  return (
    <Stack gap={0}>
      <ProblemAlert error={error} retry={refetch} />
      {entries.length === 0 && !error && <Text c="dimmed">{t('kit.timeline.empty')}</Text>}
      {entries.map((entry) => (
        <Entry key={entry.id} entry={entry} kind={kind} hasKeys={hasKeys && entry.id === newestReply} />
      ))}
      {hasNextPage && (
        <Button variant="subtle" color="gray" loading={isFetchingNextPage} onClick={() => fetchNextPage()}>
          {t('kit.timeline.older')}
        </Button>
      )}
    </Stack>
  );
}

/** Only what a person wrote means something. */
function isHumanReply(entry: TimelineEntry): boolean {
  return entry.kind === 'reply.received' && object(entry.payload).class === 'human';
}

function Entry({ entry, kind, hasKeys }: { entry: TimelineEntry; kind: Kind; hasKeys: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const canWrite = useCan('rep');
  const { title, body } = useEventText(entry);
  const other = [kind !== 'deal' && entry.deal_name, kind !== 'person' && entry.person_name]
    .filter(Boolean)
    .join(' · ');
  const Icon = icons.find(([pattern]) => pattern.test(entry.kind))?.[1] ?? IconCircleDot;
  return (
    <div className={classes.entry}>
      <span className={classes.entryIcon}>
        <Icon size={14} aria-hidden />
      </span>
      <div>
        <Group gap="xs" justify="space-between" wrap="nowrap" align="flex-start">
          <Text>
            {title}{' '}
            <Text span c="dimmed">
              {entry.actor_name ??
                (entry.actor_kind === 'outside' ? entry.person_name : t('kit.timeline.system'))}
            </Text>
          </Text>
          <Group gap={4} wrap="nowrap" flex="none">
            <Tooltip label={format.dateTime(entry.at)}>
              <Text component="time" dateTime={entry.at} c="dimmed" size="xs">
                {format.relative(entry.at)}
              </Text>
            </Tooltip>
            {entry.can_undo && canWrite && <UndoEvent id={entry.id} kind={kind} />}
          </Group>
        </Group>
        {other && (
          <Text size="xs" c="dimmed">
            {other}
          </Text>
        )}
        {body && <div className={classes.entryBody}>{body}</div>}
        {isHumanReply(entry) && <ReplyMeaning entry={entry} hasKeys={hasKeys} />}
      </div>
    </div>
  );
}

function ReplyMeaning({ entry, hasKeys }: { entry: TimelineEntry; hasKeys: boolean }) {
  const data = object(entry.payload);
  const id = text(data.message_id) || entry.subject_id;
  if (!id) return null;
  return <IntentPicker id={id} read={text(data.intent)} reading={data.intents} hasKeys={hasKeys} />;
}

/** Takes one change back, from the history, at any later time. */
function UndoEvent({ id, kind }: { id: string; kind: Kind }) {
  const { t } = useTranslation();
  const refresh = useRefresh();
  const undo = useMutation({
    mutationFn: () => api.post(`/events/${id}/undo`),
    onSuccess: () => notifyDone(t('kit.undone')),
    onSettled: () => refresh(kind),
  });
  return (
    <Tooltip label={t('kit.undo')}>
      <ActionIcon
        size="xs"
        variant="subtle"
        color="gray"
        loading={undo.isPending}
        onClick={() => undo.mutate()}
        aria-label={t('kit.undo')}
      >
        <IconArrowBackUp size={13} />
      </ActionIcon>
    </Tooltip>
  );
}
