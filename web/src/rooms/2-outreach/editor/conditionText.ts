/** Conditions and forks as sentences. */
import type { TFunction } from 'i18next';
import { textOr } from '@/i18n/texts';
import { type Condition, kindOf, type Leaf, readTerms, type Term } from './condition';
import { placeOf } from './order';
import { type DraftStep, letterOf } from './steps';

/** What steps, fields and their values are called for the reader. */
export interface Names {
  step: (key: string) => string;
  field: (path: string) => string;
  value: (path: string, value: unknown) => string;
}

/** A step by its place, counted from 0: "step 3 (Call)". */
export function stepName(t: TFunction, steps: readonly DraftStep[], at: number): string {
  const kind = steps[at]?.kind ?? 'mail';
  return t('outreach.step.place', { number: at + 1, kind: t(`outreach.kind.${kind}`) });
}

export function outcomeText(t: TFunction, what: string, outcome: string): string {
  const key = what === 'call' ? `records.outcome.${outcome}` : `outreach.outcome.${what}_${outcome}`;
  return textOr(t, key, outcome);
}

function happened(t: TFunction, leaf: Extract<Leaf, { is: 'happened' }>, said: 'yes' | 'no'): string {
  const { what, value } = leaf;
  if (!value || what === 'meeting') return t(`outreach.condition.${said}.${what}`);
  if (what === 'clicked') return t(`outreach.condition.${said}.clicked_link`, { link: value });
  return t(`outreach.condition.${said}.${what}_outcome`, { outcome: outcomeText(t, what, value) });
}

export function termText(t: TFunction, { denied, leaf }: Term, names: Names): string {
  const said = denied ? 'no' : 'yes';
  switch (leaf.is) {
    case 'happened':
      return happened(t, leaf, said);
    case 'bounced':
      return t(`outreach.condition.${said}.bounced`);
    case 'no_reply':
      return t(`outreach.condition.${said}.no_reply`, { count: leaf.days });
    case 'variant':
      return t(`outreach.condition.${said}.variant`, {
        letter: letterOf(leaf.arm - 1),
        step: names.step(leaf.step),
      });
    case 'field': {
      const text = t(`outreach.condition.field.${leaf.op}`, {
        field: names.field(leaf.field),
        value: names.value(leaf.field, leaf.value),
      });
      return denied ? t('outreach.condition.denied', { text }) : text;
    }
  }
}

/** A whole condition, however deep. */
export function conditionText(t: TFunction, condition: Condition, names: Names, inner = false): string {
  const lines = readTerms(condition);
  if (lines?.terms.length === 1 && lines.terms[0]) return termText(t, lines.terms[0], names);
  if (condition.is === 'not') {
    return t('outreach.condition.denied', { text: conditionText(t, condition.of, names, true) });
  }
  if (condition.is !== 'all' && condition.is !== 'any') return kindOf(condition);
  const word = t(condition.is === 'all' ? 'outreach.condition.and' : 'outreach.condition.or');
  const text = condition.of.map((one) => conditionText(t, one, names, true)).join(` ${word} `);
  return inner ? `(${text})` : text;
}

/** Where a fork leads: "step 3 (Call)", the end, or nowhere yet. */
export function targetText(t: TFunction, steps: readonly DraftStep[], goTo: string | null): string {
  if (goTo === null) return t('outreach.fork.end');
  const at = placeOf(steps, goTo);
  return at === null ? t('outreach.fork.nowhere') : t('outreach.fork.to', { step: stepName(t, steps, at) });
}

export function forkText(
  t: TFunction,
  steps: readonly DraftStep[],
  fork: { if: Condition; go_to: string | null },
  names: Names,
): string {
  const condition = conditionText(t, fork.if, names);
  return t('outreach.fork.sentence', { condition, target: targetText(t, steps, fork.go_to) });
}
