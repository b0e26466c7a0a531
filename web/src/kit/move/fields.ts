import type { MoveKind, MoveRequest } from '@/api/cycle';
import type { FieldProblem } from '@/api/http';
import type { Deal } from '@/api/model';

export interface MoveFieldsProps {
  deal: Deal;
  kind: MoveKind;
  request: MoveRequest;
  /** Criteria for each of which a reason is asked. */
  missing: string[];
  problems: FieldProblem[];
  onChange: (next: Partial<MoveRequest>) => void;
}

export function problemOf(problems: FieldProblem[], field: string): string | undefined {
  return problems.find((one) => one.field === field)?.message;
}
