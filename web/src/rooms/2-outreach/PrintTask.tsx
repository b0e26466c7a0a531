import { Button } from '@mantine/core';
import { IconPrinter } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Piece } from '@/api/generated/model';
import { api } from '@/api/http';
import type { Page } from '@/api/model';
import { isPrintable, stepOf } from './pieces';
import { usePrintPieces } from './usePieces';

/** Prints the letter or the card a task asks for; nothing where there is none. */
export function PrintTask({ originKey }: { originKey: string }) {
  const { t } = useTranslation();
  const print = usePrintPieces();
  const place = stepOf(originKey);
  const pieces = useQuery({
    queryKey: ['/pieces', 'of', place?.enrolment],
    queryFn: () => api.get<Page<Piece>>(`/pieces?where=enrolment_id.eq.${place?.enrolment}`),
    enabled: place !== null,
  });
  const piece = pieces.data?.items.find((one) => one.step === place?.step);
  if (!piece || !isPrintable(piece)) return null;
  return (
    <Button
      variant="default"
      leftSection={<IconPrinter size={14} />}
      loading={print.isPending}
      onClick={() => print.mutate([piece])}
    >
      {t('outreach.piece.print')}
    </Button>
  );
}
