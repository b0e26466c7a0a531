import { Stack, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { VariantsView } from '@/api/generated/model';
import { DelayInputs } from './DelayInputs';
import { Forks } from './Forks';
import { useFault } from './faults';
import { type DraftStep, hasMailBefore } from './steps';
import { TaskFields } from './TaskFields';
import { Wordings } from './Wordings';

export interface StepFieldsProps {
  steps: readonly DraftStep[];
  at: number;
  figures?: VariantsView;
  /** Changes this step; `what` names the place that is typed in. */
  onChange: (next: Partial<DraftStep>, what: string) => void;
  /** Changes several: a fork may give another step a key. */
  onSteps: (next: DraftStep[], what: string) => void;
}

/** Everything that is written of one step. */
export function StepFields({ steps, at, figures, onChange, onSteps }: StepFieldsProps) {
  const { t } = useTranslation();
  const goal = useFault(`steps.${at}.goal`);
  const step = steps[at];
  if (!step) return null;
  const task = step.kind !== 'mail' && step.kind !== 'wait';
  return (
    <Stack gap="sm">
      <DelayInputs at={at} step={step} onChange={onChange} />
      {step.kind === 'mail' && (
        <Wordings
          key={step.uid}
          at={at}
          step={step}
          answers={hasMailBefore(steps, at)}
          figures={figures}
          onChange={onChange}
        />
      )}
      {task && <TaskFields at={at} step={step} onChange={onChange} />}
      {step.kind !== 'wait' && (
        <TextInput
          label={t('outreach.step.goal')}
          placeholder={t('outreach.step.goal_hint')}
          error={goal}
          value={step.goal}
          onChange={(event) => onChange({ goal: event.currentTarget.value }, 'goal')}
        />
      )}
      <Forks steps={steps} at={at} onSteps={onSteps} />
    </Stack>
  );
}
