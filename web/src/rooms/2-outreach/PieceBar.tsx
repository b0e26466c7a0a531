import { Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Piece } from '@/api/generated/model';
import { MarkPieces } from './MarkPieces';
import { PrintPieces } from './PrintPieces';
import { isPrintable, mostAtOnce } from './pieces';

/** What can be done with the pieces that are ticked. */
export function PieceBar({ pieces, onDone }: { pieces: readonly Piece[]; onDone: () => void }) {
  const { t } = useTranslation();
  const printable = pieces.filter(isPrintable);
  const many = pieces.length > mostAtOnce;
  return (
    <Group gap="xs" role="toolbar" aria-label={t('kit.list.selected', { count: pieces.length })}>
      <Text fw={600} aria-live="polite">
        {t('kit.list.selected', { count: pieces.length })}
      </Text>
      <PrintPieces size="compact-sm" pieces={printable} disabled={many || printable.length === 0} />
      <MarkPieces pieces={pieces} disabled={many} onDone={onDone} />
      {many && <Text c="dimmed">{t('outreach.piece.at_once', { count: mostAtOnce })}</Text>}
    </Group>
  );
}
