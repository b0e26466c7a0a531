import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Piece, PieceState } from '@/api/generated/model';
import { api } from '@/api/http';
import type { Page } from '@/api/model';

export const pieceKinds = ['letter', 'postcard', 'gift', 'brochure', 'flyer'] as const;
export const pieceStates = ['prepared', 'printed', 'sent', 'delivered', 'returned'] as const;
/** What arrived stands out, what came back is harm. */
export const pieceColors: Partial<Record<PieceState, string>> = {
  prepared: 'gray',
  printed: 'gray',
  sent: 'gray',
  returned: 'red',
};
const pageSize = 50;
/** The server takes so many at once. */
export const mostAtOnce = 200;

/** Pieces of a state, or all; the newest first. */
export function piecesQuery(state: PieceState | null) {
  const where = state === null ? '' : `&where=state.eq.${state}`;
  return infiniteQueryOptions({
    queryKey: ['/pieces', state],
    queryFn: ({ pageParam }) =>
      api.get<Page<Piece>>(`/pieces?limit=${pageSize}${where}${pageParam ? `&cursor=${pageParam}` : ''}`),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}

/** Pieces for one person, the newest first. */
export function piecesOfQuery(personId: string) {
  return queryOptions({
    queryKey: ['/pieces', 'of_person', personId],
    queryFn: () => api.get<Page<Piece>>(`/pieces?limit=20&where=person_id.eq.${personId}`),
  });
}

/** Whether a piece can be put on paper: gifts and booklets cannot, nor what still has gaps. */
export function isPrintable(piece: Pick<Piece, 'kind' | 'missing'>): boolean {
  return (piece.kind === 'letter' || piece.kind === 'postcard') && piece.missing.length === 0;
}

/** Whether a piece has not left the house. */
export function isHere({ state }: Pick<Piece, 'state'>): boolean {
  return state === 'prepared' || state === 'printed';
}

/** Since when a piece is where it is. */
export function since(piece: Piece): string {
  const at = {
    prepared: piece.created_at,
    printed: piece.printed_at,
    sent: piece.sent_at,
    delivered: piece.delivered_at,
    returned: piece.returned_at,
  };
  return at[piece.state as PieceState] ?? piece.created_at;
}

/** The step of an enrolment that a task belongs to: `enrolment:step`. */
export function stepOf(key: string | null | undefined): { enrolment: string; step: number } | null {
  const [enrolment, step] = (key ?? '').split(':');
  return enrolment && step && /^\d+$/.test(step) ? { enrolment, step: Number(step) } : null;
}

/** Gives the browser a file to keep. */
export function handOut(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
