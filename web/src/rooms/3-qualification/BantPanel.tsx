import { Badge, Button, Group, Progress, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { bantQuery, type EvidenceKind, type FactorView } from '@/api/bant';
import { membersQuery } from '@/api/records';
import { useCan } from '@/app/session';
import { textOr } from '@/i18n/texts';
import { useFormat } from '@/kit/format';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { RecordSection } from '@/kit/record/RecordLayout';
import classes from '@/kit/room.module.css';
import { RateForm } from './RateForm';

/** The deal that is qualified; only its id is needed. */
export interface DealRef {
  id: string;
}

/** Need, budget, authority and timing, each with how sure we are. What it comes to is a suggestion. */
export function BantPanel({ deal, kind }: { deal: DealRef; kind?: EvidenceKind }) {
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
        <FactorLine key={view.factor} deal={deal} view={view} kind={kind} canWrite={canWrite} />
      ))}
    </RecordSection>
  );
}

interface LineProps {
  deal: DealRef;
  view: FactorView;
  /** How things are usually known here. */
  kind?: EvidenceKind;
  canWrite: boolean;
}

function FactorLine({ deal, view, kind, canWrite }: LineProps) {
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
      <LastEvidence view={view} />
      {editing && <RateForm deal={deal} factor={factor} kind={kind} onDone={() => setEditing(false)} />}
    </div>
  );
}

/** From whom and how the newest piece of evidence is known. */
function LastEvidence({ view }: { view: FactorView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data: members } = useQuery(membersQuery);
  const last = view.evidence.at(-1);
  if (!last) return null;
  const name = members?.find((one) => one.user_id === last.created_by)?.name;
  const told = [
    t(`qualification.evidence.${last.kind}`),
    name,
    format.moment(last.at),
    last.quote && `“${last.quote}”`,
  ];
  return (
    <Text size="xs" c="dimmed" pl={96}>
      {told.filter(Boolean).join(' · ')}
    </Text>
  );
}
