import { Badge, Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Approval } from '@/api/generated/model';
import { api } from '@/api/http';
import type { Deal } from '@/api/model';
import { useCan } from '@/app/session';
import { MemberName } from '@/kit/fields/FieldValue';
import { useFormat } from '@/kit/format';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import classes from '@/kit/room.module.css';
import { useDealWrite } from '@/kit/useDealWrite';
import { OfferActions } from '../OfferActions';
import { type Offer, reviewQuery } from '../offer';
import { useRuleName } from '../useRuleName';

/** Who has to agree, what they said, and the way out. */
export function ReviewPanel({ offer, deal, isSaved }: { offer: Offer; deal: Deal; isSaved: boolean }) {
  const { t } = useTranslation();
  const ruleName = useRuleName();
  const canWrite = useCan('rep');
  const review = useQuery(reviewQuery(offer));
  const path = `/deals/${offer.deal_id}/offers/${offer.id}/review`;
  const ask = useDealWrite(() => api.post(path));
  if (!review.data) return <ProblemAlert error={review.error} />;
  const { rules, approvals, approvers, can_decide } = review.data;
  const mustAsk = rules.length > 0 && offer.state === 'draft';
  return (
    <Panel title={t('offer.review.title')}>
      <Stack gap="sm">
        {offer.state === 'draft' && (
          <Text c="dimmed">{t(rules.length === 0 ? 'offer.review.nobody' : 'offer.review.needed')}</Text>
        )}
        {mustAsk &&
          rules.map((rule, n) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rules have their order for a name
            <Text key={n} size="sm">
              {ruleName(rule, offer.content.currency)}
            </Text>
          ))}
        {approvals.map((one) => (
          <Answer key={one.id} approval={one} currency={offer.content.currency} />
        ))}
        {approvers.length > 0 && (mustAsk || offer.state === 'in_review') && (
          <Group gap={6}>
            <Text size="xs" c="dimmed">
              {t('offer.review.approvers')}
            </Text>
            {approvers.map((id) => (
              <MemberName key={id} id={id} />
            ))}
          </Group>
        )}
        {approvers.length === 0 && (mustAsk || offer.state === 'in_review') && (
          <Text size="sm" c="var(--warn)">
            {t('offer.review.no_approver')}
          </Text>
        )}
        {can_decide && <Decide path={`${path}/decision`} />}
        {mustAsk && canWrite && (
          <Group>
            <Button disabled={!isSaved} loading={ask.isPending} onClick={() => ask.mutate(undefined)}>
              {t('offer.review.ask')}
            </Button>
          </Group>
        )}
        {canWrite && isSaved && !mustAsk && <OfferActions deal={deal} offer={offer} />}
      </Stack>
    </Panel>
  );
}

function Answer({ approval, currency }: { approval: Approval; currency: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const ruleName = useRuleName();
  return (
    <div className={classes.line}>
      <Group gap="xs">
        <Text size="sm">{ruleName(approval.rule, currency)}</Text>
        <Badge variant="light" tt="none" color={approval.state === 'approved' ? 'green' : 'gray'}>
          {t(`offer.review.state.${approval.state}`)}
        </Badge>
        {approval.decided_by && (
          <Text size="xs" c="dimmed" component="span">
            <MemberName id={approval.decided_by} /> · {format.dateTime(approval.decided_at)}
          </Text>
        )}
        {approval.decided_for && (
          <Text size="xs" c="dimmed" component="span">
            {t('offer.review.in_place_of')} <MemberName id={approval.decided_for} />
          </Text>
        )}
      </Group>
      {approval.words && <Text className={classes.quote}>{approval.words}</Text>}
    </div>
  );
}

function Decide({ path }: { path: string }) {
  const { t } = useTranslation();
  const [words, setWords] = useState('');
  const decide = useDealWrite((approve: boolean) => api.post(path, { approve, words: words.trim() || null }));
  return (
    <Stack gap="xs" className={classes.box}>
      <Textarea
        autosize
        minRows={2}
        maxLength={2000}
        label={t('offer.review.words')}
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
      />
      <Group gap="xs">
        <Button loading={decide.isPending} onClick={() => decide.mutate(true)}>
          {t('offer.review.approve')}
        </Button>
        <Button variant="default" disabled={!words.trim()} onClick={() => decide.mutate(false)}>
          {t('offer.review.ask_changes')}
        </Button>
      </Group>
    </Stack>
  );
}
