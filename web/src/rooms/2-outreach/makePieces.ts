/** Pieces made by hand: the same one for each of several people. */
import type { HandMade, Piece } from '@/api/generated/model';
import { api, Problem } from '@/api/http';
import type { Named } from '@/kit/openConsent';
import { several } from '@/kit/several';

export type PieceText = Pick<HandMade, 'form' | 'body' | 'goal'>;

export interface Made {
  pieces: Piece[];
  /** Who gets none, and why. */
  refused: { person: Named; error: Problem }[];
  /** What ended it before all were asked for. */
  error: unknown;
}

/** Asks for one after the other. What is wrong with one person keeps the others from nothing. */
export async function makePieces(
  people: readonly Named[],
  text: PieceText,
  tell: (done: number) => void,
): Promise<Made> {
  const made: Made = { pieces: [], refused: [], error: null };
  try {
    await several(people, async (person) => {
      try {
        made.pieces.push(await api.post<Piece>('/pieces', { ...text, person_id: person.id }));
      } catch (error) {
        if (!isTheirs(error)) throw error;
        made.refused.push({ person, error });
      }
      tell(made.pieces.length + made.refused.length);
    });
  } catch (error) {
    made.error = error;
  }
  return made;
}

/** Whether a refusal is about the person, not about the piece. */
export function isTheirs(error: unknown): error is Problem {
  if (!(error instanceof Problem)) return false;
  return error.code === 'no_post' || error.errors.some((one) => one.field === 'person_id');
}

/** Takes back what was made. */
export function removePieces(pieces: readonly Piece[]): Promise<void> {
  return several(pieces, ({ id }) => api.delete(`/pieces/${id}`));
}

/** Whether a text asks to be filled in, which is done in sequences only. */
export function hasMergeField(text: string): boolean {
  return /\{\{|\{%/.test(text);
}
