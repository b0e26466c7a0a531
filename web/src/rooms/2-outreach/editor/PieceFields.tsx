import type { PieceForm } from '@/api/generated/model';
import { PieceInputs } from '../PieceInputs';
import { useFault } from './faults';
import type { DraftStep } from './steps';

interface PieceFieldsProps {
  at: number;
  step: DraftStep;
  onChange: (next: Partial<DraftStep>, what: string) => void;
}

/** What a step by post makes. */
export function PieceFields({ at, step, onChange }: PieceFieldsProps) {
  const place = `steps.${at}.piece`;
  const faults = {
    headline: useFault(`${place}.headline`),
    personality: useFault(`${place}.personality`),
    unique_value: useFault(`${place}.unique_value`),
    cost: useFault(`${place}.cost`),
  };
  const piece: PieceForm = step.piece ?? {};
  return (
    <PieceInputs
      piece={piece}
      faults={faults}
      onChange={(next, what) => onChange({ piece: { ...piece, ...next } }, `piece.${what}`)}
    />
  );
}
