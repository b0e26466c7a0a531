import {
  Badge,
  Button,
  Group,
  Progress,
  SegmentedControl,
  Select,
  Skeleton,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { bantQuery, type EvidenceKind, evidenceKinds, type Factor, type FactorView } from '@/api/bant';
import { api } from '@/api/http';
import type { Deal } from '@/api/model';
import { useCan } from '@/app/session';
import { textOr } from '@/i18n/texts';
import { useFormat } from '@/kit/format';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { RecordSection } from '@/kit/record/RecordLayout';
import classes from '@/kit/room.module.css';
import { useDealWrite } from '@/kit/useDealWrite';

/** Need, budget, authority and timing, each with how sure we are. What it comes to is a suggestion. */
export function BantPanel({ deal }: { deal: Deal }) {
  const { t } = useTranslation();
  const canWrite = useCan('rep');
  const bant = useQuery(bantQuery(deal.id));
  if (bant.isPending) return <Skeleton h={120} />;
  if (bant.isError) return <ProblemAlert error={bant.error} retry={() => bant.refetch()} />;
  const { factors, fit, state } = bant.data;
  const color = { disqualified_suggested: 'red', qualified: 'green', promising: undefined, unclear: 'gray' }[
    state
  ];
  return (
    <RecordSection
      title={t('qualification.bant.title')}
      aside={
        <Group gap="xs">
          <Badge variant="light" tt="none" color={color}>
            {t(`qualification.bant.state.${state}`)}
          </Badge>
          {fit !== null && <Text fw={600}>{t('qualification.bant.fit', { fit })}</Text>}
        </Group>
      }
    >
      {factors.map((view) => (
        <FactorLine key={view.factor} deal={deal} view={view} canWrite={canWrite} />
      ))}
    </RecordSection>
  );
}

function FactorLine({ deal, view, canWrite }: { deal: Deal; view: FactorView; canWrite: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [editing, setEditing] = useState(false);
  const { factor, rating } = view;
  return (
    <div className={classes.line}>
      <Group gap="sm" wrap="nowrap">
        <Text fw={550} w={84}>
          {t(`qualification.bant.factor.${factor}`)}
        </Text>
        <Text flex={1}>
          {rating === null ? (
            <Text span c="dimmed">
              {t('kit.unknown')}
            </Text>
          ) : (
            textOr(t, `qualification.bant.rating.${factor}_${rating}`, String(rating))
          )}
        </Text>
        {rating !== null && (
          <Progress
            w={64}
            size="sm"
            value={view.confidence * 100}
            color={view.confirmed ? 'green' : 'gray'}
            title={t('qualification.bant.confidence', { share: format.percent(view.confidence, 0) })}
            aria-label={t('qualification.bant.confidence', { share: format.percent(view.confidence, 0) })}
          />
        )}
        {canWrite && (
          <Button
            size="compact-xs"
            variant="subtle"
            onClick={() => setEditing(!editing)}
            aria-expanded={editing}
          >
            {t('qualification.bant.rate')}
          </Button>
        )}
      </Group>
      {editing && <RateForm deal={deal} factor={factor} onDone={() => setEditing(false)} />}
    </div>
  );
}

function RateForm({ deal, factor, onDone }: { deal: Deal; factor: Factor; onDone: () => void }) {
  const { t } = useTranslation();
  const [rating, setRating] = useState('1');
  const [kind, setKind] = useState<EvidenceKind>('conversation');
  const [quote, setQuote] = useState('');
  const rate = useDealWrite(
    () =>
      api.post(`/deals/${deal.id}/bant/${factor}`, {
        rating: Number(rating),
        kind,
        quote: quote.trim() || null,
      }),
    onDone,
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        rate.mutate(undefined);
      }}
    >
      <Stack gap="xs" mt="xs" className={classes.box}>
        <SegmentedControl
          size="xs"
          aria-label={t(`qualification.bant.factor.${factor}`)}
          value={rating}
          onChange={setRating}
          data={(['0', '1', '2'] as const).map((one) => ({
            value: one,
            label: t(`qualification.bant.rating.${factor}_${one}`),
          }))}
        />
        <Group gap="xs" align="flex-end">
          <Select
            label={t('qualification.bant.known_from')}
            allowDeselect={false}
            data={evidenceKinds.map((one) => ({ value: one, label: t(`qualification.evidence.${one}`) }))}
            value={kind}
            onChange={(next) => next && setKind(next as EvidenceKind)}
          />
          <TextInput
            flex={1}
            miw={160}
            label={t('qualification.discovery.words')}
            value={quote}
            onChange={(event) => setQuote(event.currentTarget.value)}
          />
          <Button type="submit" variant="light" loading={rate.isPending}>
            {t('kit.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
