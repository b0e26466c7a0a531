import { Badge, Button, Group, Select, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import { useRefresh } from '@/api/records';
import { useCan } from '@/app/session';
import { textOr } from '@/i18n/texts';
import { useFormat } from '@/kit/format';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { At } from './At';
import type { Offered, TalkView } from './talk';
import classes from './talk.module.css';

const findingKinds = [
  'challenge',
  'goal',
  'current_solution',
  'ambition',
  'decision_process',
  'decision_criterion',
] as const;

/** What may be worth keeping: kept as a finding of the deal, or put aside. */
export function Suggestions({ talk }: { talk: TalkView }) {
  const { t } = useTranslation();
  const open = talk.suggestions.filter((one) => one.state !== 'dismissed');
  return (
    <Panel title={t('talk.suggestions')}>
      {open.length === 0 && <Text c="dimmed">{t('talk.suggestions_none')}</Text>}
      {open.map((one) => (
        <Suggestion key={one.id} talk={talk} one={one} />
      ))}
    </Panel>
  );
}

function Suggestion({ talk, one }: { talk: TalkView; one: Offered }) {
  const { t } = useTranslation();
  const format = useFormat();
  const canWrite = useCan('rep');
  const client = useQueryClient();
  const refresh = useRefresh();
  const [kind, setKind] = useState(one.finding_kind);
  const decide = useMutation({
    meta: { quiet: true },
    mutationFn: (what: 'accept' | 'dismiss') =>
      api.post(
        `/transcripts/${talk.id}/suggestions/${one.id}/${what}`,
        what === 'accept' ? { kind } : undefined,
      ),
    onSettled: () => {
      refresh('deal');
      return client.invalidateQueries({ queryKey: ['/transcripts', talk.id] });
    },
  });
  // It goes to the deal as an objection; as a suggestion it is then done with.
  const object = useMutation({
    meta: { quiet: true },
    mutationFn: () =>
      api.post(`/deals/${talk.deal_id}/objections`, {
        stated: one.quote,
        stated_kind: one.key,
        source: 'talk',
      }),
    onSuccess: () => decide.mutate('dismiss'),
  });
  const special = one.kind === 'objection' ? `offer.objection.kind.${one.key}` : `talk.topic.${one.key}`;
  return (
    <Stack gap={4} className={classes.suggestion}>
      <Group gap="xs">
        <Badge variant="light" tt="none">
          {t(`talk.kind.${one.kind}`)}
        </Badge>
        <Text fw={600}>{textOr(t, special, '')}</Text>
        {one.times > 1 && <Text size="sm">{t('talk.times', { count: one.times })}</Text>}
        {one.day && <Text size="sm">{format.date(one.day)}</Text>}
        <At cue={one.cue} start={one.at} />
      </Group>
      <Text className={classes.words}>{one.quote}</Text>
      {one.hypotheses.length > 0 && (
        <Text size="sm" c="dimmed" component="div">
          {t('talk.behind')}
          <ul className={classes.behind}>
            {one.hypotheses.map((key) => (
              <li key={key}>{textOr(t, `talk.hypothesis.${key}`, key)}</li>
            ))}
          </ul>
        </Text>
      )}
      <ProblemAlert error={object.error ?? decide.error} />
      {one.state === 'accepted' && (
        <Text size="sm" c="dimmed">
          {t('talk.accepted')}
        </Text>
      )}
      {canWrite && one.state === 'open' && (
        <Group gap="xs">
          {talk.deal_id && (
            <>
              <Select
                size="xs"
                w={170}
                aria-label={t('talk.keep_as', { what: one.quote })}
                allowDeselect={false}
                value={kind}
                onChange={(next) => next && setKind(next)}
                data={findingKinds.map((key) => ({ value: key, label: t(`qualification.finding.${key}`) }))}
              />
              {one.kind === 'objection' && (
                <Button
                  size="compact-sm"
                  variant="light"
                  loading={object.isPending}
                  onClick={() => object.mutate()}
                >
                  {t('objections.take')}
                </Button>
              )}
              <Button
                size="compact-sm"
                variant="light"
                loading={decide.isPending}
                onClick={() => decide.mutate('accept')}
              >
                {t('talk.accept')}
              </Button>
            </>
          )}
          <Button size="compact-sm" variant="subtle" color="gray" onClick={() => decide.mutate('dismiss')}>
            {t('talk.dismiss')}
          </Button>
        </Group>
      )}
    </Stack>
  );
}
