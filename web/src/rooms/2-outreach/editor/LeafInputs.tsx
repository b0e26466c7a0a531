import { NumberInput, Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Leaf, outcomes } from './condition';
import { outcomeText, stepName } from './conditionText';
import { placeOf } from './order';
import { type DraftStep, keyed, letterOf } from './steps';
import { wordedBefore } from './TermEditor';

interface LeafInputsProps {
  steps: readonly DraftStep[];
  at: number;
  leaf: Exclude<Leaf, { is: 'field' }>;
  onChange: (next: Leaf, typed?: string, from?: readonly DraftStep[]) => void;
}

/** The particulars of what happened: which link, which outcome, how many days, which wording. */
export function LeafInputs({ steps, at, leaf, onChange }: LeafInputsProps) {
  const { t } = useTranslation();
  if (leaf.is === 'no_reply') {
    return (
      <NumberInput
        size="xs"
        w={170}
        min={0}
        max={365}
        allowDecimal={false}
        aria-label={t('outreach.condition.days')}
        suffix={` ${t('outreach.step.unit_days', { count: leaf.days })}`}
        value={leaf.days}
        onChange={(days) => onChange({ ...leaf, days: Number(days) || 0 }, 'days')}
      />
    );
  }
  if (leaf.is === 'variant') return <WordingChoice steps={steps} at={at} leaf={leaf} onChange={onChange} />;
  if (leaf.is !== 'happened' || leaf.what === 'meeting') return null;
  if (leaf.what === 'clicked') {
    return (
      <NumberInput
        size="xs"
        w={80}
        min={1}
        max={99}
        allowDecimal={false}
        aria-label={t('outreach.condition.link')}
        placeholder={t('outreach.condition.any_link')}
        value={leaf.value ?? ''}
        onChange={(link) => onChange(withValue(leaf, link === '' ? '' : String(link)), 'link')}
      />
    );
  }
  const what = leaf.what;
  const known: readonly string[] = outcomes[what];
  const all = leaf.value && !known.includes(leaf.value) ? [...known, leaf.value] : known;
  return (
    <Select
      size="xs"
      w={150}
      allowDeselect={false}
      aria-label={t('outreach.condition.outcome')}
      data={[
        { value: '', label: t('outreach.condition.any_outcome') },
        ...all.map((one) => ({ value: one, label: outcomeText(t, what, one) })),
      ]}
      value={leaf.value ?? ''}
      onChange={(next) => onChange(withValue(leaf, next ?? ''))}
    />
  );
}

function withValue(leaf: Extract<Leaf, { is: 'happened' }>, value: string): Leaf {
  return value === '' ? { is: 'happened', what: leaf.what } : { ...leaf, value };
}

function WordingChoice({
  steps,
  at,
  leaf,
  onChange,
}: Omit<LeafInputsProps, 'leaf'> & { leaf: Extract<Leaf, { is: 'variant' }> }) {
  const { t } = useTranslation();
  const place = placeOf(steps, leaf.step);
  const arms = (place === null ? 0 : (steps[place]?.variants.length ?? 0)) + 1;
  const letters = Array.from({ length: Math.max(arms, leaf.arm) }, (_, n) => n);
  return (
    <>
      <Select
        size="xs"
        w={80}
        allowDeselect={false}
        aria-label={t('outreach.condition.wording')}
        data={letters.map((n) => ({ value: String(n + 1), label: letterOf(n) }))}
        value={String(leaf.arm)}
        onChange={(next) => next && onChange({ ...leaf, arm: Number(next) })}
      />
      <Select
        size="xs"
        flex="1 1 9rem"
        allowDeselect={false}
        aria-label={t('outreach.condition.step')}
        error={place === null ? t('outreach.condition.no_wordings') : undefined}
        data={wordedBefore(steps, at).map((n) => ({ value: String(n), label: stepName(t, steps, n) }))}
        value={place === null ? null : String(place)}
        onChange={(next) => {
          if (!next) return;
          const named = keyed(steps, Number(next));
          onChange({ ...leaf, step: named.key, arm: 1 }, '', named.steps);
        }}
      />
    </>
  );
}
