import { useQuery, useQueryClient } from '@tanstack/react-query';
import i18next from 'i18next';
import { useCallback, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConversationRow, Replied } from '@/api/generated/model';
import { api } from '@/api/http';
import { membersQuery } from '@/api/records';
import { useMe } from '@/app/session';
import { chooseFrom } from '@/kit/chooseFrom';
import { DayInput } from '@/kit/fields/DayInput';
import { useFormat } from '@/kit/format';
import { notifyDone, notifyProblem, notifyUndo } from '@/kit/notify';
import { instantAt } from '@/kit/zonedTime';
import { belongs, type InboxSearch, rests, restUntil, wakeHour } from './inbox';

interface Done {
  id: string;
  /** Whether the server took it, and the revision it made of it. */
  taken: Promise<number | null>;
  forget?: () => void;
}

/**
 * What a reader does to conversations, and taking it back. What leaves the list goes at once, before the server has
 * answered; it comes back when the server refuses.
 */
export function useInboxActions(search: InboxSearch, onBack: (id: string) => void) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const me = useMe()?.user.id ?? '';
  const { data: members } = useQuery(membersQuery);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const made = useRef<Done[]>([]);
  const show = (id: string) => setHidden((old) => new Set([...old].filter((one) => one !== id)));
  const refresh = useCallback(
    () =>
      client.invalidateQueries({
        predicate: ({ queryKey: [path] }) => ['/inbox', '/today', '/tasks'].includes(String(path)),
      }),
    [client],
  );

  const takeBack = async (done: Done) => {
    const revision = await done.taken;
    if (revision === null) return;
    await api.post(`/inbox/conversations/${done.id}/undo`, {}, revision);
    made.current = made.current.filter((one) => one !== done);
    show(done.id);
    await refresh();
    onBack(done.id);
  };

  const change = (row: ConversationRow, patch: Partial<ConversationRow>, told: string) => {
    if (!belongs({ ...row, ...patch }, search, me)) setHidden((old) => new Set([...old, row.id]));
    const done: Done = {
      id: row.id,
      taken: api.patch<ConversationRow>(`/inbox/conversations/${row.id}`, patch, row.revision).then(
        (after) => {
          done.forget = notifyUndo(told, () => takeBack(done));
          // A list read meanwhile no longer has it; what comes back later is shown again.
          void refresh().then(() => show(row.id));
          return after.revision;
        },
        (error: unknown) => {
          show(row.id);
          notifyProblem(error);
          void refresh();
          return null;
        },
      ),
    };
    made.current.push(done);
  };

  /** Takes the newest deed of this page back. */
  const undoLast = async () => {
    const last = made.current.pop();
    if (!last) return;
    last.forget?.();
    try {
      await takeBack(last);
      notifyDone(t('kit.undone'));
    } catch (error) {
      notifyProblem(error);
    }
  };

  const finish = (row: ConversationRow) =>
    row.state === 'done'
      ? change(row, { state: 'open' }, t('inbox.told.open', { name: row.person_name }))
      : change(
          row,
          { state: 'done', snoozed_until: undefined },
          t('inbox.told.done', { name: row.person_name }),
        );

  const restTill = (row: ConversationRow, until: Date) => {
    const when = format.moment(until.toISOString());
    const told = t('inbox.told.snoozed', { name: row.person_name, when });
    change(row, { state: 'snoozed', snoozed_until: until.toISOString() }, told);
  };

  const askRest = (row: ConversationRow) => {
    const zone = format.reader.timeZone;
    const choices = rests.map((rest) => {
      const until = restUntil(rest, zone, Date.now());
      return {
        key: rest,
        label: t(`inbox.rest.${rest}`),
        aside: format.dateTime(until.toISOString()),
        onChosen: () => restTill(row, until),
      };
    });
    chooseFrom(t('inbox.rest.title'), choices, (close) => (
      <DayInput
        label={i18next.t('inbox.rest.day')}
        minDate={new Date(Date.now() + 86_400_000)}
        maxDate={new Date(Date.now() + 364 * 86_400_000)}
        onChange={(day) => {
          if (!day) return;
          close();
          restTill(row, instantAt(zone, day, wakeHour));
        }}
      />
    ));
  };

  const give = (row: ConversationRow, to: string | null, name: string) =>
    change(row, { assigned_to: to }, t('inbox.told.assigned', { name: row.person_name, who: name }));

  const askWhose = (row: ConversationRow) => {
    const others = (members ?? []).filter((one) => one.user_id !== me && one.role !== 'read_only');
    const mine = members?.find((one) => one.user_id === me);
    const choices = [
      ...(mine
        ? [{ key: me, label: t('inbox.assign.me', { name: mine.name }), to: mine.user_id, name: mine.name }]
        : []),
      { key: 'nobody', label: t('inbox.assign.nobody'), to: null, name: t('inbox.assign.nobody') },
      ...others.map((one) => ({ key: one.user_id, label: one.name, to: one.user_id, name: one.name })),
    ].filter((one) => one.to !== (row.assigned_to ?? null));
    chooseFrom(
      t('inbox.assign.title'),
      choices.map(({ key, label, to, name }) => ({ key, label, onChosen: () => give(row, to, name) })),
    );
  };

  /** An answer left. With it done, the conversation goes and can be brought back, though not the mail. */
  const replied = (answer: Replied) => {
    const { conversation } = answer;
    const name = conversation.person_name;
    void refresh();
    if (conversation.state !== 'done') {
      notifyDone(t('inbox.told.sent', { name }));
      return;
    }
    const done: Done = { id: conversation.id, taken: Promise.resolve(conversation.revision) };
    done.forget = notifyUndo(t('inbox.told.sent_done', { name }), () => takeBack(done));
    made.current.push(done);
  };

  const waits = useCallback((row: ConversationRow) => !hidden.has(row.id), [hidden]);
  return { finish, askRest, askWhose, replied, undoLast, waits, refresh };
}

export type InboxActions = ReturnType<typeof useInboxActions>;
