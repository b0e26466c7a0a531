import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { kindOf, type Leaf, type LeafKind, leafKinds, newLeaf, type Term } from './condition';
import { FieldInputs } from './FieldInputs';
import { LeafInputs } from './LeafInputs';
import { type DraftStep, keyed } from './steps';

export interface TermEditorProps {
  steps: readonly DraftStep[];
  at: number;
  number: number;
  term: Term;
  onChange: (next: Term, from?: readonly DraftStep[], typed?: string) => void;
}

/** Places of earlier mails with several wordings, which a condition may ask for. */
export function wordedBefore(steps: readonly DraftStep[], at: number): number[] {
  return steps.flatMap((one, n) => (n < at && one.variants.length > 0 ? [n] : []));
}

/** What happened, or did not, and its particulars. */
export function TermEditor({ steps, at, number, term, onChange }: TermEditorProps) {
  const { t } = useTranslation();
  const current = kindOf(term.leaf);
  const worded = wordedBefore(steps, at);
  const label = (kind: LeafKind, denied: boolean): string => {
    const said = denied ? 'no' : 'yes';
    if (kind === 'no_reply' || kind === 'variant' || kind === 'field') {
      return t(`outreach.condition.pick.${said}_${kind}`);
    }
    return t(`outreach.condition.${said}.${kind}`);
  };
  const offered = (denied: boolean) =>
    leafKinds
      .filter((kind) => {
        if (kind === current && denied === term.denied) return true;
        if (kind === 'variant') return worded.length > 0;
        // A field has comparisons that deny, and silence its opposite.
        return !denied || (kind !== 'field' && kind !== 'no_reply');
      })
      .map((kind) => ({ value: `${denied ? 'no' : 'yes'} ${kind}`, label: label(kind, denied) }));
  const choose = (value: string) => {
    const [said, kind] = value.split(' ') as ['yes' | 'no', LeafKind];
    const denied = said === 'no';
    if (kind === current) return onChange({ denied, leaf: term.leaf });
    const [first] = worded;
    if (kind !== 'variant' || first === undefined) return onChange({ denied, leaf: newLeaf(kind) });
    const named = keyed(steps, first);
    onChange({ denied, leaf: newLeaf(kind, [named.key]) }, named.steps);
  };
  const put = (leaf: Leaf, typed = '', from?: readonly DraftStep[]) =>
    onChange({ ...term, leaf }, from, typed);
  return (
    <>
      <Select
        size="xs"
        flex="1 1 14rem"
        allowDeselect={false}
        maxDropdownHeight={320}
        aria-label={t('outreach.condition.what', { number })}
        data={[
          { group: t('outreach.condition.pick.happened'), items: offered(false) },
          { group: t('outreach.condition.pick.not_happened'), items: offered(true) },
        ]}
        value={`${term.denied ? 'no' : 'yes'} ${current}`}
        onChange={(next) => next && choose(next)}
      />
      {term.leaf.is === 'field' ? (
        <FieldInputs leaf={term.leaf} onChange={put} />
      ) : (
        <LeafInputs steps={steps} at={at} leaf={term.leaf} onChange={put} />
      )}
    </>
  );
}
