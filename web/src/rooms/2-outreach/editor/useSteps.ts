import { useTranslation } from 'react-i18next';
import type { StepKind } from '@/api/generated/model';
import { notifyDone } from '@/kit/notify';
import { stepName } from './conditionText';
import { leadingTo, reordered, without } from './order';
import { type DraftStep, newStep } from './steps';

export interface StepActions {
  change: (at: number, next: Partial<DraftStep>, what: string) => void;
  put: (next: DraftStep[], what: string) => void;
  add: (kind: StepKind) => void;
  move: (from: number, to: number) => void;
  remove: (at: number) => void;
}

/** What can be done with the steps; says so when a fork forbids it or is led elsewhere by it. */
export function useSteps(
  steps: readonly DraftStep[],
  onChange: (next: DraftStep[], what: string, moved: boolean) => void,
): StepActions {
  const { t } = useTranslation();
  return {
    put: (next, what) => onChange(next, what, false),
    change: (at, next, what) =>
      onChange(
        steps.map((one, n) => (n === at ? { ...one, ...next } : one)),
        what && `${steps[at]?.uid} ${what}`,
        false,
      ),
    add: (kind) => onChange([...steps, newStep(kind, steps.length === 0)], '', true),
    move: (from, to) => {
      if (from === to) return;
      const result = reordered(steps, from, to);
      if ('steps' in result) return onChange(result.steps, '', true);
      notifyDone(
        t('outreach.step.stays', {
          from: stepName(t, steps, result.refused.from),
          to: stepName(t, steps, result.refused.to),
        }),
      );
    },
    remove: (at) => {
      const count = leadingTo(steps, at).length;
      onChange(without(steps, at), '', true);
      if (count === 0) return;
      const last = at === steps.length - 1;
      notifyDone(t(last ? 'outreach.step.removed_last' : 'outreach.step.removed', { count }));
    },
  };
}
