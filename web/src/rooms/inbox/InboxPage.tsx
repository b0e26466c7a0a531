import { Button, Skeleton, Text, VisuallyHidden } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconArrowLeft } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useCan, useMe } from '@/app/session';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { useKeys } from '@/kit/useKeys';
import { Unmatched } from '../2-outreach/Unmatched';
import { Conversation } from './Conversation';
import { ConversationList } from './ConversationList';
import { InboxHead } from './InboxHead';
import { conversationsQuery, type InboxSearch } from './inbox';
import classes from './inbox.module.css';
import { NothingWaits } from './NothingWaits';
import { useChosen } from './useChosen';
import { useInboxActions } from './useInboxActions';

/** What people answered, one conversation after the other: read, answered, put off, given away and done by keyboard alone. */
export function InboxPage() {
  const search = useSearch({ from: '/app/inbox' });
  if (search.tab === 'unmatched') {
    return (
      <div className={classes.page}>
        <InboxHead search={search} />
        <div className={classes.unmatched}>
          <Unmatched />
        </div>
      </div>
    );
  }
  return <Conversations key={JSON.stringify({ ...search, q: undefined })} search={search} />;
}

function Conversations({ search }: { search: InboxSearch }) {
  const { t } = useTranslation();
  const me = useMe()?.user.id ?? '';
  const canWrite = useCan('rep');
  const navigate = useNavigate();
  const list = useInfiniteQuery(conversationsQuery(search, me));
  const actions = useInboxActions(search, (id) => choose(id));
  const rows = (list.data?.pages.flatMap((page) => page.items) ?? []).filter(actions.waits);
  const { at, choose, isChosen } = useChosen(rows);
  const narrow = useMediaQuery('(max-width: 62em)', false, { getInitialValueInEffect: false });
  const current = narrow && !isChosen ? undefined : rows[at];
  const pane = useRef<HTMLElement>(null);
  const step = (by: number) => {
    const next = rows[at + by];
    if (next) choose(next.id);
  };
  const { hasNextPage, fetchNextPage } = list;
  useEffect(() => {
    if (hasNextPage && at >= rows.length - 5) void fetchNextPage();
  }, [at, rows.length, hasNextPage, fetchNextPage]);
  useKeys({
    j: () => step(1),
    k: () => step(-1),
    // Looked up when pressed: on a button or a link Enter is theirs.
    get Enter() {
      return document.activeElement === document.body ? openInHand : undefined;
    },
    o: current && (() => void navigate({ to: '/people/$id', params: { id: current.person_id }, search: {} })),
    Escape: narrow && isChosen ? () => choose(null) : undefined,
    ...(canWrite && {
      u: () => void actions.undoLast(),
      r: current && (() => pane.current?.querySelector('textarea')?.focus()),
      e: current && (() => actions.finish(current)),
      s: current && (() => actions.askRest(current)),
      a: current && (() => actions.askWhose(current)),
    }),
  });
  function openInHand() {
    const row = rows[at];
    if (narrow && !isChosen && row) choose(row.id);
    else pane.current?.focus();
  }
  const alone = narrow && current;
  return (
    <div className={classes.page}>
      {!alone && <InboxHead search={search} />}
      <div className={classes.body}>
        {!alone && (rows.length > 0 || !list.isSuccess) && (
          <section className={classes.queue} aria-label={t('inbox.list')}>
            <ProblemAlert error={list.error} retry={() => list.refetch()} />
            {list.isPending && <Skeleton h={160} m="md" />}
            <ConversationList
              rows={rows}
              chosen={narrow ? undefined : current?.id}
              onChoose={choose}
              more={hasNextPage ? () => void fetchNextPage() : undefined}
            />
            {rows.length > 0 && (
              <Text size="xs" c="dimmed" className={classes.keys} visibleFrom="sm">
                {t('inbox.keys')}
              </Text>
            )}
          </section>
        )}
        {current && (
          <>
            <VisuallyHidden role="status">
              {t('inbox.place', { at: at + 1, of: rows.length, name: current.person_name })}
            </VisuallyHidden>
            <Conversation
              key={current.id}
              ref={pane}
              row={current}
              actions={actions}
              back={
                narrow && (
                  <Button
                    variant="subtle"
                    color="gray"
                    size="compact-sm"
                    leftSection={<IconArrowLeft size={14} />}
                    onClick={() => choose(null)}
                  >
                    {t('inbox.back')}
                  </Button>
                )
              }
            />
          </>
        )}
        {list.isSuccess && rows.length === 0 && !hasNextPage && <NothingWaits search={search} />}
      </div>
    </div>
  );
}
