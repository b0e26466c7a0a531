import { Badge, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Piece, PieceState } from '@/api/generated/model';
import { useFormat } from '@/kit/format';
import classes from './outreach.module.css';
import { pieceColors, since } from './pieces';
import { useMergeLabel } from './useMergeLabel';

/** Where a piece is, and since when. */
export function PieceWhere({ piece }: { piece: Piece }) {
  const { t } = useTranslation();
  const format = useFormat();
  const state = piece.state as PieceState;
  return (
    <div className={classes.end}>
      <Badge variant="light" tt="none" color={pieceColors[state]}>
        {t(`outreach.piece.state.${state}`)}
      </Badge>
      <Text size="xs" c="dimmed">
        {format.moment(since(piece))}
      </Text>
    </div>
  );
}

/** What a piece still lacks; nothing when it lacks nothing. */
export function PieceGaps({ piece }: { piece: Piece }) {
  const { t } = useTranslation();
  const label = useMergeLabel();
  if (piece.missing.length === 0) return null;
  return (
    <Text size="xs" c="var(--harm)">
      {t('outreach.piece.missing', { fields: piece.missing.map(label).join(', ') })}
    </Text>
  );
}
