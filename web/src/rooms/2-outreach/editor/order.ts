/** The order of steps and the forks between them, which only lead forward. */
import { type DraftStep, freeKey } from './steps';

export interface ForkPlace {
  /** Step and fork, counted from 0. */
  step: number;
  fork: number;
}

export interface ForkFault extends ForkPlace {
  why: 'backward' | 'gone';
  /** Where the step stands that it leads to; null when it is gone. */
  to: number | null;
}

export function placeOf(steps: readonly DraftStep[], key: string | null): number | null {
  const at = key === null ? -1 : steps.findIndex((one) => one.key === key);
  return at < 0 ? null : at;
}

/** Forks that lead back, to their own step, or to one that is gone. */
export function forkFaults(steps: readonly DraftStep[]): ForkFault[] {
  return steps.flatMap((one, step) =>
    one.branches.flatMap(({ go_to }, fork): ForkFault[] => {
      if (go_to === null) return [];
      const to = placeOf(steps, go_to);
      if (to === null) return [{ step, fork, why: 'gone', to }];
      return to <= step ? [{ step, fork, why: 'backward', to }] : [];
    }),
  );
}

export interface Refusal {
  /** The step with the fork and the step it leads to, counted from 0 as they stand now. */
  from: number;
  to: number;
}

/** The steps in their new order, or why this order cannot be. */
export function reordered(
  steps: readonly DraftStep[],
  from: number,
  to: number,
): { steps: DraftStep[] } | { refused: Refusal } {
  const next = [...steps];
  const [moved] = next.splice(from, 1);
  if (!moved) return { steps: [...steps] };
  next.splice(to, 0, moved);
  const before = new Set(forkFaults(steps).map((one) => name(steps, one)));
  const fault = forkFaults(next).find((one) => !before.has(name(next, one)));
  if (!fault || fault.to === null) return { steps: next };
  const old = (at: number) => steps.findIndex((one) => one.uid === next[at]?.uid);
  return { refused: { from: old(fault.step), to: old(fault.to) } };
}

function name(steps: readonly DraftStep[], { step, fork }: ForkPlace): string {
  return `${steps[step]?.uid} ${fork}`;
}

/** Forks that lead to a step. */
export function leadingTo(steps: readonly DraftStep[], at: number): ForkPlace[] {
  const key = steps[at]?.key;
  if (!key) return [];
  return steps.flatMap((one, step) =>
    one.branches.flatMap(({ go_to }, fork) => (go_to === key ? [{ step, fork }] : [])),
  );
}

/** Without a step; forks that led to it lead to the one after it, or end the sequence when it was the last. */
export function without(steps: readonly DraftStep[], at: number): DraftStep[] {
  const gone = steps[at];
  const rest = steps.filter((_, n) => n !== at);
  if (!gone?.key || leadingTo(steps, at).length === 0) return rest;
  const after = rest[at];
  const key = after ? (after.key ?? freeKey(steps, after.kind)) : null;
  return rest.map((one, n) => ({
    ...one,
    key: n === at ? key : one.key,
    branches: one.branches.map((fork) => (fork.go_to === gone.key ? { ...fork, go_to: key } : fork)),
  }));
}
