import { Button, Group, Skeleton, Tabs, Text, Title } from '@mantine/core';
import { IconPhone } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useCan } from '@/app/session';
import { EmptyState } from '@/kit/EmptyState';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { CallInHand } from './CallInHand';
import { CallQueue } from './CallQueue';
import { queueQuery } from './calls';
import classes from './calls.module.css';
import { askDialer } from './DialerForm';
import { HourMap } from './HourMap';
import { useCalls } from './useCalls';

/** The calls that are due, one after the other, and the hours at which people answer. */
export function CallsPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { tab } = useSearch({ from: '/app/calls' });
  const canAdminister = useCan('admin');
  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <Group justify="space-between" gap="xs">
          <Title order={1}>{t('calls.title')}</Title>
          <Group gap="xs">
            {canAdminister && (
              <Button variant="subtle" color="gray" size="compact-sm" onClick={askDialer}>
                {t('calls.dialer.button')}
              </Button>
            )}
            <Tabs
              variant="pills"
              value={tab ?? 'queue'}
              onChange={(next) =>
                navigate({ to: '/calls', search: { tab: next === 'hours' ? 'hours' : undefined } })
              }
            >
              <Tabs.List aria-label={t('calls.title')}>
                <Tabs.Tab value="queue">{t('calls.tab.queue')}</Tabs.Tab>
                <Tabs.Tab value="hours">{t('calls.tab.hours')}</Tabs.Tab>
              </Tabs.List>
            </Tabs>
          </Group>
        </Group>
      </header>
      {tab === 'hours' ? <HourMap /> : <Queue />}
    </div>
  );
}

function Queue() {
  const { t } = useTranslation();
  const queue = useQuery(queueQuery);
  const calls = useCalls(queue.data ?? []);
  return (
    <div className={classes.body}>
      {calls.items.length > 0 && (
        <section className={classes.queue} aria-label={t('calls.tab.queue')}>
          <CallQueue items={calls.items} chosen={calls.item?.task_id} onChoose={calls.choose} />
          <Text size="xs" c="dimmed" className={classes.keys} visibleFrom="sm">
            {t('calls.keys')}
          </Text>
        </section>
      )}
      <ProblemAlert error={queue.error} retry={() => queue.refetch()} />
      {queue.isPending && <Skeleton h={200} m="md" flex={1} />}
      {calls.item && <CallInHand key={calls.item.task_id} item={calls.item} calls={calls} />}
      {queue.isSuccess && calls.items.length === 0 && (
        <EmptyState
          icon={<IconPhone size={32} stroke={1.3} />}
          title={t('calls.empty')}
          text={t('calls.empty_text')}
          action={<Link to="/today">{t('calls.to_today')}</Link>}
        />
      )}
    </div>
  );
}
