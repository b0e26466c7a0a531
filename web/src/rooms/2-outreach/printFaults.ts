/** Whose piece cannot be printed, and why, of what the server says of `ids.3`. Pure. */
import type { TFunction } from 'i18next';
import type { Piece } from '@/api/generated/model';
import { fieldProblems } from '@/kit/problems';

export type Printed = Pick<Piece, 'id' | 'person_name'>;

/** More are only counted. */
const mostNamed = 3;

/** A sentence for each, the first few; none where no piece is at fault. */
export function printFaults(t: TFunction, error: unknown, pieces: readonly Printed[]): string[] {
  const told = fieldProblems(t, error).flatMap(({ field, message }) => {
    const at = /^ids\.(\d+)$/.exec(field)?.[1];
    const piece = at === undefined ? undefined : pieces[Number(at)];
    if (!piece) return [];
    return [t('error.labelled', { label: piece.person_name ?? '–', text: message })];
  });
  const more = told.length - mostNamed;
  return more > 0 ? [...told.slice(0, mostNamed), t('outreach.piece.and_more', { count: more })] : told;
}
