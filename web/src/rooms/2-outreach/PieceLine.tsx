import { Checkbox, Group, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Piece } from '@/api/generated/model';
import { textOr } from '@/i18n/texts';
import { useFormat } from '@/kit/format';
import classes from './outreach.module.css';
import { PieceGaps, PieceWhere } from './PieceParts';

interface PieceLineProps {
  piece: Piece;
  ticked: boolean;
  onTick?: () => void;
}

/** One piece: to whom, what it is, where it is, and what it lacks. */
export function PieceLine({ piece, ticked, onTick }: PieceLineProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const cost =
    piece.cost_minor != null && piece.cost_currency
      ? format.money({ minor: piece.cost_minor, currency: piece.cost_currency })
      : '';
  const kind = textOr(t, `outreach.piece.kinds.${piece.kind}`, piece.kind);
  const lacks = piece.warnings.map((one) => textOr(t, `outreach.preview.warning.${one}`, one));
  return (
    <Group wrap="nowrap" gap="sm" className={classes.line} align="flex-start">
      {onTick && (
        <Checkbox
          size="xs"
          mt={3}
          checked={ticked}
          onChange={onTick}
          aria-label={t('outreach.piece.choose', { name: piece.person_name ?? '' })}
        />
      )}
      <div className={classes.grow}>
        <Group gap="xs">
          <Link to="/people/$id" params={{ id: piece.person_id }} search={{}} className={classes.link}>
            {piece.person_name}
          </Link>
          <Text size="xs" c="dimmed">
            {[piece.company_name, kind, cost].filter(Boolean).join(' · ')}
          </Text>
        </Group>
        <Text size="xs" lineClamp={1}>
          {[piece.headline, piece.body].filter(Boolean).join(' — ')}
        </Text>
        <PieceGaps piece={piece} />
        {lacks.length > 0 && (
          <Text size="xs" c="dimmed">
            {lacks.join(' ')}
          </Text>
        )}
      </div>
      <PieceWhere piece={piece} />
    </Group>
  );
}
