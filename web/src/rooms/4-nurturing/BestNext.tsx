import { Anchor, Button, Group, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { BestPiece } from '@/api/generated/model';
import { api } from '@/api/http';
import type { Deal } from '@/api/model';
import { useCan } from '@/app/session';
import { notifyDone } from '@/kit/notify';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { RecordSection } from '@/kit/record/RecordLayout';
import { useDealWrite } from '@/kit/useDealWrite';
import { bestQuery } from './nurturing';
import classes from './nurturing.module.css';

/** The pieces that fit best now, each with the reasons; or the task to write one. */
export function BestNext({ deal, person }: { deal: Deal; person: string | null }) {
  const { t } = useTranslation();
  const canWrite = useCan('rep');
  const best = useQuery(bestQuery(deal.id, person));
  const ask = useDealWrite(
    () => api.post(`/deals/${deal.id}/content-task`, {}),
    () => notifyDone(t('nurturing.best.asked')),
  );
  return (
    <RecordSection title={t('nurturing.best.title')}>
      <ProblemAlert error={best.error} retry={() => best.refetch()} />
      {best.isPending && <Skeleton h={60} />}
      {best.data?.pieces.map((piece) => (
        <Piece key={piece.content.id} deal={deal} person={person} piece={piece} />
      ))}
      {best.data?.pieces.length === 0 && (
        <>
          <Text c="dimmed">
            {best.data.write_for
              ? t('nurturing.best.none', { challenge: best.data.write_for })
              : t('nurturing.best.unknown')}
          </Text>
          {canWrite && best.data.write_for && (
            <Button variant="light" mt="xs" loading={ask.isPending} onClick={() => ask.mutate(undefined)}>
              {t('nurturing.best.ask')}
            </Button>
          )}
        </>
      )}
    </RecordSection>
  );
}

interface PieceProps {
  deal: Deal;
  person: string | null;
  piece: BestPiece;
}

function Piece({ deal, person, piece: { content, score, reasons } }: PieceProps) {
  const { t } = useTranslation();
  const canWrite = useCan('rep');
  const give = useDealWrite(() =>
    api.post(`/deals/${deal.id}/value-touches`, {
      kind: content.gives,
      title: content.title,
      content_id: content.id,
      person_id: person,
    }),
  );
  const why = reasons.map((reason) =>
    t(`nurturing.best.fits.${reason.fits}`, { what: reason.what.join(', '), points: reason.points }),
  );
  return (
    <Group justify="space-between" gap="xs" wrap="nowrap" align="flex-start" className={classes.line}>
      <div>
        {content.url ? (
          <Anchor href={content.url} target="_blank" rel="noreferrer">
            {content.title}
          </Anchor>
        ) : (
          <Text>{content.title}</Text>
        )}
        <Text size="xs" c="dimmed">
          {[t('nurturing.best.score', { count: score }), ...why].join(' · ')}
        </Text>
      </div>
      {canWrite && (
        <Button
          size="compact-sm"
          variant="light"
          loading={give.isPending}
          onClick={() => give.mutate(undefined)}
        >
          {t('nurturing.best.give')}
        </Button>
      )}
    </Group>
  );
}
