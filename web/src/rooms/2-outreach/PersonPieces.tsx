import { Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Piece } from '@/api/generated/model';
import { useCan } from '@/app/session';
import { textOr } from '@/i18n/texts';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { RecordSection } from '@/kit/record/RecordLayout';
import { MarkPieces } from './MarkPieces';
import classes from './outreach.module.css';
import { PieceGaps, PieceWhere } from './PieceParts';
import { PrintPieces } from './PrintPieces';
import { isHere, isPrintable, piecesOfQuery } from './pieces';

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
  return (
    <div className={classes.line}>
      <Group justify="space-between" gap="xs" wrap="nowrap" align="flex-start">
        <div className={classes.grow}>
          <Text fw={600}>{textOr(t, `outreach.piece.kinds.${piece.kind}`, piece.kind)}</Text>
          <Text size="xs" c="dimmed" lineClamp={2}>
            {[piece.headline, piece.body].filter(Boolean).join(' — ')}
          </Text>
        </div>
        <PieceWhere piece={piece} />
      </Group>
      <PieceGaps piece={piece} />
      <Group gap="xs" mt={6}>
        {isHere(piece) && isPrintable(piece) && <PrintPieces size="compact-sm" pieces={[piece]} />}
        {canWrite && <MarkPieces pieces={[piece]} />}
      </Group>
    </div>
  );
}
