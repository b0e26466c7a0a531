import { Button, type ButtonProps } from '@mantine/core';
import { IconPrinter } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Piece } from '@/api/generated/model';
import { usePrintPieces } from './usePieces';

interface PrintPiecesProps extends ButtonProps {
  pieces: readonly Piece[];
}

/** Prints pieces into one file. */
export function PrintPieces({ pieces, ...button }: PrintPiecesProps) {
  const { t } = useTranslation();
  const print = usePrintPieces();
  return (
    <Button
      variant="default"
      leftSection={<IconPrinter size={14} />}
      loading={print.isPending}
      onClick={() => print.mutate(pieces)}
      {...button}
    >
      {t('outreach.piece.print')}
    </Button>
  );
}
