import { Anchor, Badge, Button, Checkbox, Group, Text, Title } from '@mantine/core';
import { modals } from '@mantine/modals';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { type Ref, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FinishedTalk, TalkView } from '@/api/generated/model';
import { api } from '@/api/http';
import { useRefresh } from '@/api/records';
import { useCan } from '@/app/session';
import { textOr } from '@/i18n/texts';
import { KeyHint } from '@/kit/KeyHint';
import { notifyDone } from '@/kit/notify';
import { talkTime } from '../../calls/calls';
import classes from './cockpit.module.css';
import { said } from './talks';
import type { TalkInHand } from './useTalk';

interface TalkHeadProps {
  view: TalkView;
  talk: TalkInHand;
  /** What a key clicks. */
  finish: Ref<HTMLButtonElement>;
}

/** Which talk it is, how long it has been, whether all is saved, and its end. */
export function TalkHead({ view, talk, finish }: TalkHeadProps) {
  const { t, i18n } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const refresh = useRefresh();
  const canWrite = useCan('rep');
  const seconds = useSeconds(view);
  const [twoWay, setTwoWay] = useState(true);
  const end = useMutation({
    mutationFn: () => api.post<FinishedTalk>(`/talks/${view.id}/finish`, { seconds, two_way: twoWay }),
    onSuccess: async () => {
      notifyDone(t('discovery.finished'));
      await Promise.all([client.invalidateQueries({ queryKey: ['/talks'] }), refresh('deal')]);
      await navigate({ to: '/deals/$id', params: { id: view.deal_id }, search: {} });
    },
  });
  const { state } = talk.queue;
  const ask = () =>
    modals.openConfirmModal({
      title: t('discovery.finish_title'),
      children: <Text>{t('discovery.finish_text', { time: talkTime(seconds) })}</Text>,
      labels: { confirm: t('discovery.finish'), cancel: t('kit.cancel') },
      confirmProps: { 'data-autofocus': true },
      closeButtonProps: { 'aria-label': t('kit.close') },
      onConfirm: () => end.mutate(),
    });
  const open = view.state === 'open' && view.kind !== 'form';
  return (
    <header className={classes.head}>
      <div>
        <Text size="xs" c="dimmed">
          <Link to="/deals/$id" params={{ id: view.deal_id }} search={{}}>
            {t('discovery.to_deal')}
          </Link>
        </Text>
        <Title order={1}>{said(view.outline.name, i18n.language)}</Title>
        <Group gap="xs">
          <Badge variant="light" tt="none">
            {t(`discovery.kind.${view.kind as 'call'}`)}
          </Badge>
          {view.link && (
            <Anchor href={view.link} target="_blank" rel="noreferrer" size="sm">
              {t('discovery.join')}
            </Anchor>
          )}
          {view.checklist.map((tick) => (
            <Checkbox
              key={tick}
              size="xs"
              label={textOr(t, `discovery.check.${tick}`, tick)}
              checked={talk.queue.value(`check.${tick}`) === true}
              onChange={(event) => talk.queue.set(`check.${tick}`, event.currentTarget.checked)}
            />
          ))}
        </Group>
      </div>
      <Group gap="sm">
        <Text
          size="sm"
          c={state === 'saved' || state === 'saving' ? 'dimmed' : 'var(--warn)'}
          aria-live="polite"
        >
          {t(`discovery.state.${state}`)}
        </Text>
        <Text fw={600} className={classes.clock} aria-label={t('discovery.clock')}>
          {talkTime(seconds)}
        </Text>
        {open && canWrite && (
          <>
            <Checkbox
              size="xs"
              label={t('discovery.two_way')}
              checked={twoWay}
              onChange={(event) => setTwoWay(event.currentTarget.checked)}
            />
            <Button
              ref={finish}
              loading={end.isPending}
              disabled={state !== 'saved'}
              onClick={ask}
              rightSection={<KeyHint of="f" />}
            >
              {t('discovery.finish')}
            </Button>
          </>
        )}
      </Group>
    </header>
  );
}

/** Seconds since it began, or how long it was. */
function useSeconds(view: TalkView): number {
  const [now, setNow] = useState(Date.now());
  const running = view.state === 'open';
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [running]);
  if (!running) return view.seconds ?? 0;
  return Math.min(86_400, Math.max(0, Math.round((now - Date.parse(view.started_at)) / 1000)));
}
