import { Button, Group, Text } from '@mantine/core';
import { IconPrinter } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Piece } from '@/api/generated/model';
import { MarkPieces } from './MarkPieces';
import { isPrintable, mostAtOnce } from './pieces';
import { usePrintPieces } from './usePieces';

/** What can be done with the pieces that are ticked. */
export function PieceBar({ pieces, onDone }: { pieces: readonly Piece[]; onDone: () => void }) {
  const { t } = useTranslation();
  const print = usePrintPieces();
  const printable = pieces.filter(isPrintable);
  const many = pieces.length > mostAtOnce;
  return (
    <Group gap="xs" role="toolbar" aria-label={t('kit.list.selected', { count: pieces.length })}>
      <Text fw={600} aria-live="polite">
        {t('kit.list.selected', { count: pieces.length })}
      </Text>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconPrinter size={14} />}
        disabled={many || printable.length === 0}
        loading={print.isPending}
        onClick={() => print.mutate(printable)}
      >
        {t('outreach.piece.print')}
      </Button>
      <MarkPieces pieces={pieces} disabled={many} onDone={onDone} />
      {many && <Text c="dimmed">{t('outreach.piece.at_once', { count: mostAtOnce })}</Text>}
    </Group>
  );
}
