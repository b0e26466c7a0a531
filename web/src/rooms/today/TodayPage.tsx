import { Button, Group, Skeleton, Text, Title } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconSun } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '@/app/session';
import { isTyping } from '@/app/shell/useShortcuts';
import { EmptyState } from '@/kit/EmptyState';
import { useFormat } from '@/kit/format';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { useFinishTask } from '@/kit/record/Tasks';
import { itemPath, type TodayItem, todayQuery } from './queue';
import { TodayDetail } from './TodayDetail';
import { TodayRow } from './TodayRow';
import classes from './today.module.css';

/** A queue, not a dashboard: the most pressing thing first, each done with the keyboard alone. */
export function TodayPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const me = useMe();
  const today = useQuery({ ...todayQuery(me?.user.id ?? ''), enabled: me !== undefined });
  const items = today.data ?? [];
  const [chosen, setChosen] = useState<string | null>(null);
  const at = Math.max(
    0,
    items.findIndex((item) => item.task.id === chosen),
  );
  const navigate = useNavigate();
  const narrow = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  const current = narrow ? undefined : items[at];
  useQueueKeys(items, at, setChosen);
  return (
    <div className={classes.page}>
      <section className={classes.queue} aria-label={t('today.list')}>
        <header className={classes.head}>
          <Group justify="space-between">
            <Title order={1}>{t('app.nav.today')}</Title>
            <Text c="dimmed">{format.date(format.today())}</Text>
          </Group>
          <Group justify="space-between">
            <Text c="dimmed">
              {items.length > 0 ? t('today.count', { count: items.length }) : t('today.lead')}
            </Text>
            {items.some((item) => item.task.kind === 'call') && (
              <Link to="/calls">{t('today.to_calls')}</Link>
            )}
          </Group>
        </header>
        <ProblemAlert error={today.error} retry={() => today.refetch()} />
        {today.isPending && <Skeleton h={120} m="md" />}
        {today.isSuccess && items.length === 0 && (
          <EmptyState
            icon={<IconSun size={32} stroke={1.3} />}
            title={t('today.empty')}
            text={t('today.empty_text')}
            action={
              <Button component={Link} to="/cycle">
                {t('today.open_board')}
              </Button>
            }
          />
        )}
        <div className={classes.rows}>
          {items.map((item, index) => (
            <TodayRow
              key={item.task.id}
              item={item}
              chosen={index === at && !narrow}
              onChoose={() => (narrow ? navigate(itemPath(item)) : setChosen(item.task.id))}
            />
          ))}
        </div>
        {items.length > 0 && (
          <Text size="xs" c="dimmed" className={classes.keys} visibleFrom="sm">
            {t('today.keys')}
          </Text>
        )}
      </section>
      {current && <TodayDetail key={current.task.id} item={current} />}
    </div>
  );
}

/** j and k walk the queue, e finishes the task in hand, Enter opens the record. r and c belong to the composer. */
function useQueueKeys(items: TodayItem[], at: number, choose: (key: string) => void) {
  const navigate = useNavigate();
  const finish = useFinishTask();
  const open = useCallback((item: TodayItem) => void navigate(itemPath(item)), [navigate]);
  const latest = useRef({ items, at, choose, finish, open });
  latest.current = { items, at, choose, finish, open };
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const now = latest.current;
      const item = now.items[now.at];
      if (
        !item ||
        event.defaultPrevented ||
        event.metaKey ||
        event.ctrlKey ||
        event.altKey ||
        isTyping(event)
      )
        return;
      if (document.querySelector('[role="dialog"], [role="menu"]')) return;
      const step = event.key === 'j' ? 1 : event.key === 'k' ? -1 : 0;
      const next = now.items[now.at + step];
      if (step !== 0) {
        if (next) now.choose(next.task.id);
      } else if (event.key === 'e') now.finish.mutate(item.task.id);
      else if (event.key === 'Enter' && event.target === document.body) now.open(item);
      else return;
      event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}
