import { Group, Select, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { committeeRoles, useCommittee } from '@/api/committee';
import type { Money } from '@/api/model';
import { DayInput } from '@/kit/fields/DayInput';
import { MoneyInput } from '@/kit/fields/MoneyInput';

/** The typed part of an answer, as it is being filled in. */
export type Typed = Record<string, unknown>;
const budgetStates = ['none', 'possible', 'planned', 'approved'] as const;

interface FactorProps {
  factor: 'need' | 'budget' | 'authority' | 'timing';
  dealId: string;
  typed: Typed;
  change: (part: Typed) => void;
}

/** One of the four factors, in its own fields. */
export function FactorFields({ factor, dealId, typed, change }: FactorProps) {
  const { t } = useTranslation();
  const text = (key: string, label: string) => (
    <TextInput
      label={label}
      value={String(typed[key] ?? '')}
      onChange={(event) => change({ [key]: event.currentTarget.value })}
    />
  );
  const money = (key: string, label: string) => (
    <MoneyInput
      label={label}
      value={typed[key] as Money | null}
      onChange={(next) => change({ [key]: next })}
    />
  );
  return (
    <Group gap="sm" align="flex-end" grow preventGrowOverflow={false}>
      {factor === 'need' && (
        <>
          {text('impact', t('discovery.impact'))}
          {money('impact_money', t('discovery.cost'))}
          {text('owner', t('discovery.owner'))}
        </>
      )}
      {factor === 'budget' && (
        <>
          <Select
            label={t('discovery.budget')}
            clearable
            data={budgetStates.map((one) => ({ value: one, label: t(`discovery.budget_state.${one}`) }))}
            value={(typed.state as string) ?? null}
            onChange={(state) => change({ state })}
          />
          {money('max', t('discovery.budget_max'))}
        </>
      )}
      {factor === 'authority' && (
        <>
          <PersonSelect
            dealId={dealId}
            value={typed.person_id}
            onChange={(person_id) => change({ person_id })}
          />
          <Select
            label={t('qualification.committee.role')}
            clearable
            data={committeeRoles.map((one) => ({ value: one, label: t(`qualification.role.${one}`) }))}
            value={(typed.role as string) ?? null}
            onChange={(role) => change({ role })}
          />
        </>
      )}
      {factor === 'timing' && (
        <>
          <DayInput
            label={t('discovery.wanted_on')}
            clearable
            value={typed.wanted_on as string}
            onChange={(wanted_on) => change({ wanted_on })}
          />
          {text('driver', t('discovery.driver'))}
        </>
      )}
    </Group>
  );
}

/** Somebody of the committee. */
export function PersonSelect(props: {
  dealId: string;
  value: unknown;
  onChange: (id: string | null) => void;
}) {
  const { t } = useTranslation();
  const people = useCommittee(props.dealId).data ?? [];
  return (
    <Select
      label={t('discovery.person')}
      clearable
      data={people.map((one) => ({ value: one.person_id, label: one.name }))}
      value={typeof props.value === 'string' ? props.value : null}
      onChange={props.onChange}
    />
  );
}
