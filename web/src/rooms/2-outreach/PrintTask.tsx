import { useQuery } from '@tanstack/react-query';
import type { Piece } from '@/api/generated/model';
import { api } from '@/api/http';
import type { Page } from '@/api/model';
import { PrintPieces } from './PrintPieces';
import { isPrintable, stepOf } from './pieces';

/** Prints the letter or the card a task asks for; nothing where there is none. */
export function PrintTask({ originKey }: { originKey: string }) {
  const place = stepOf(originKey);
  const pieces = useQuery({
    queryKey: ['/pieces', 'of', place?.enrolment],
    queryFn: () => api.get<Page<Piece>>(`/pieces?where=enrolment_id.eq.${place?.enrolment}`),
    enabled: place !== null,
  });
  const piece = pieces.data?.items.find((one) => one.step === place?.step);
  if (!piece || !isPrintable(piece)) return null;
  return <PrintPieces pieces={[piece]} />;
}
