import { Group, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { OutlineQuestion } from '@/api/generated/model';
import type { Field, Money } from '@/api/model';
import { useFields } from '@/api/records';
import { FieldInput } from '@/kit/fields/FieldInput';
import { MoneyInput } from '@/kit/fields/MoneyInput';
import { FactorFields, PersonSelect, type Typed } from './FactorFields';
import { cellOf } from './talks';
import type { TalkInHand } from './useTalk';

interface FieldsProps {
  question: OutlineQuestion;
  dealId: string;
  talk: TalkInHand;
}

/** What the answer comes to, in the fields it fills. */
export function AnswerFields({ question, dealId, talk }: FieldsProps) {
  const fills = question.fills;
  if (!fills) return null;
  const cell = cellOf(question.key, 'value');
  const value = talk.queue.value(cell);
  const set = (next: unknown) => talk.queue.set(cell, next);
  const whole = (typeof value === 'object' && value !== null ? value : {}) as Typed;
  const change = (part: Typed) => set({ ...whole, ...part });
  if (fills.type === 'finding')
    return <FindingFields {...{ question, talk, whole, change }} challenge={fills.kind === 'challenge'} />;
  if (fills.type === 'role')
    return (
      <PersonSelect
        dealId={dealId}
        value={whole.person_id}
        onChange={(person_id) => set(person_id && { person_id })}
      />
    );
  if (fills.type === 'field')
    return <OwnField on={fills.on} name={fills.field} value={value} onChange={set} />;
  const typed = (whole.value ?? {}) as Typed;
  const changeTyped = (part: Typed) => set({ ...whole, value: cleaned({ ...typed, ...part }) });
  return <FactorFields factor={fills.factor} dealId={dealId} typed={typed} change={changeTyped} />;
}

/** Without what is empty; nothing at all where all is. */
function cleaned(parts: Typed): Typed | null {
  const kept = Object.entries(parts).filter(([, part]) => part !== null && part !== undefined && part !== '');
  return kept.length > 0 ? Object.fromEntries(kept) : null;
}

function FindingFields({
  question,
  talk,
  whole,
  change,
  challenge,
}: {
  question: OutlineQuestion;
  talk: TalkInHand;
  whole: Typed;
  change: (part: Typed) => void;
  challenge: boolean;
}) {
  const { t } = useTranslation();
  const summary = cellOf(question.key, 'summary');
  return (
    <>
      <TextInput
        label={t('discovery.summary')}
        maxLength={2_000}
        value={talk.text(summary)}
        onChange={(event) => talk.queue.set(summary, event.currentTarget.value)}
      />
      {challenge && (
        <Group gap="sm" grow preventGrowOverflow={false}>
          <MoneyInput
            label={t('discovery.cost')}
            value={whole.cost as Money | null}
            onChange={(cost) => change({ cost })}
          />
          <TextInput
            label={t('discovery.owner')}
            value={String(whole.owner ?? '')}
            onChange={(event) => change({ owner: event.currentTarget.value || null })}
          />
        </Group>
      )}
    </>
  );
}

/** A field of the workspace's own. */
function OwnField(props: { on: string; name: string; value: unknown; onChange: (value: unknown) => void }) {
  const fields = useFields(props.on as 'deal' | 'company');
  const field = fields.find((one: Field) => one.key === `custom.${props.name}`);
  return field ? <FieldInput labelled field={field} value={props.value} onChange={props.onChange} /> : null;
}
