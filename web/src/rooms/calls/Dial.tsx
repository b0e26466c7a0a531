import { Button, Group, Kbd, Select, Text } from '@mantine/core';
import { IconPhone } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type Ref, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallItem } from '@/api/generated/model';
import { api } from '@/api/http';
import { notifyDone } from '@/kit/notify';
import { callLink, chooseWay, chosenWay, dialerQuery, talkTime, type Way, ways } from './calls';
import classes from './calls.module.css';

/** Counts from the dial on. */
export function useTalk() {
  const [since, setSince] = useState<number | null>(null);
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (since === null) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [since]);
  const seconds = since === null ? null : Math.max(0, Math.round((now - since) / 1000));
  return { seconds, begin: () => setSince(Date.now()) };
}

interface DialProps {
  item: CallItem;
  /** What a key clicks. */
  button: Ref<HTMLElement>;
  talk: ReturnType<typeof useTalk>;
}

/** The number, which dials: by a link to a telephone program, or by the workspace's dialer. */
export function Dial({ item, button, talk }: DialProps) {
  const { t } = useTranslation();
  const { data: dialer } = useQuery(dialerQuery);
  const [chosen, setChosen] = useState<Way | null>(null);
  const way = chosen ?? chosenWay(Boolean(dialer?.url));
  const tell = useMutation({
    mutationFn: () => api.post(`/calls/queue/${item.task_id}/dial`),
    onSuccess: () => {
      talk.begin();
      notifyDone(t('calls.dialled'));
    },
  });
  if (!item.phone) return <Text c="var(--warn)">{t('calls.no_number')}</Text>;
  const look = {
    leftSection: <IconPhone size={16} />,
    rightSection: (
      <Kbd size="xs" className={classes.key}>
        {'c'}
      </Kbd>
    ),
  };
  const choose = (next: Way) => {
    chooseWay(next);
    setChosen(next);
  };
  return (
    <Group gap="sm">
      {way === 'dialer' ? (
        <Button
          {...look}
          ref={button as Ref<HTMLButtonElement>}
          loading={tell.isPending}
          onClick={() => tell.mutate()}
        >
          {item.phone}
        </Button>
      ) : (
        <Button
          {...look}
          component="a"
          ref={button as Ref<HTMLAnchorElement>}
          href={callLink(way, item.phone)}
          onClick={talk.begin}
        >
          {item.phone}
        </Button>
      )}
      <Text c="dimmed" size="sm">
        {item.phone_shown}
      </Text>
      {talk.seconds !== null && (
        <Text fw={600} role="timer">
          {talkTime(talk.seconds)}
        </Text>
      )}
      <Select
        size="xs"
        w={130}
        ml="auto"
        allowDeselect={false}
        aria-label={t('calls.way.label')}
        data={ways
          .filter((one) => one !== 'dialer' || dialer?.url)
          .map((one) => ({ value: one, label: t(`calls.way.${one}`) }))}
        value={way}
        onChange={(next) => next && choose(next as Way)}
      />
      {item.refuses && (
        <Text c="var(--harm)" fw={600}>
          {t('calls.refuses')}
        </Text>
      )}
    </Group>
  );
}
