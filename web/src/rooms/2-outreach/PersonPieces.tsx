import { Badge, Button, Group, Text } from '@mantine/core';
import { IconPrinter } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Piece, PieceState } from '@/api/generated/model';
import { useCan } from '@/app/session';
import { textOr } from '@/i18n/texts';
import { useFormat } from '@/kit/format';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { RecordSection } from '@/kit/record/RecordLayout';
import { MarkPieces } from './MarkPieces';
import classes from './outreach.module.css';
import { isHere, isPrintable, pieceColors, piecesOfQuery, since } from './pieces';
import { useMergeLabel } from './useMergeLabel';
import { usePrintPieces } from './usePieces';

/** What a person was or will be sent by post: what waits is printed and followed from here. */
export function PersonPieces({ personId }: { personId: string }) {
  const { t } = useTranslation();
  const canWrite = useCan('rep');
  const { data, error, refetch } = useQuery(piecesOfQuery(personId));
  const pieces = data?.items ?? [];
  if (pieces.length === 0 && !error) return null;
  return (
    <RecordSection title={t('outreach.tab.pieces')}>
      <ProblemAlert error={error} retry={() => refetch()} />
      {pieces.map((piece) => (
        <Line key={piece.id} piece={piece} canWrite={canWrite} />
      ))}
    </RecordSection>
  );
}

function Line({ piece, canWrite }: { piece: Piece; canWrite: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const label = useMergeLabel();
  const print = usePrintPieces();
  const state = piece.state as PieceState;
  return (
    <div className={classes.line}>
      <Group justify="space-between" gap="xs" wrap="nowrap" align="flex-start">
        <div className={classes.grow}>
          <Text fw={600}>{textOr(t, `outreach.piece.kinds.${piece.kind}`, piece.kind)}</Text>
          <Text size="xs" c="dimmed" lineClamp={2}>
            {[piece.headline, piece.body].filter(Boolean).join(' — ')}
          </Text>
        </div>
        <div className={classes.end}>
          <Badge variant="light" tt="none" color={pieceColors[state]}>
            {t(`outreach.piece.state.${state}`)}
          </Badge>
          <Text size="xs" c="dimmed">
            {format.moment(since(piece))}
          </Text>
        </div>
      </Group>
      {piece.missing.length > 0 && (
        <Text size="xs" c="var(--harm)">
          {t('outreach.piece.missing', { fields: piece.missing.map(label).join(', ') })}
        </Text>
      )}
      <Group gap="xs" mt={6}>
        {isHere(piece) && isPrintable(piece) && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconPrinter size={14} />}
            loading={print.isPending}
            onClick={() => print.mutate([piece])}
          >
            {t('outreach.piece.print')}
          </Button>
        )}
        {canWrite && <MarkPieces pieces={[piece]} />}
      </Group>
    </div>
  );
}
