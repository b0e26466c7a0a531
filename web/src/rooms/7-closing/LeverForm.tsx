import { Button, Group, NumberInput, Select, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Lever } from '@/api/generated/model';
import { DayInput } from '@/kit/fields/DayInput';
import { useFormat } from '@/kit/format';
import { ProblemAlert } from '@/kit/ProblemAlert';
import classes from '@/kit/room.module.css';
import { factsQuery } from './closing';

const kinds = ['incentive', 'trial', 'monthly_term', 'urgency', 'start_date'] as const;
type Kind = (typeof kinds)[number];

const empty = {
  kind: 'incentive' as Kind,
  value: '',
  cost: '',
  day: null as string | null,
  truth: '',
  days: 14,
  end_task: '',
  success: '',
  note: '',
  claim: '',
  fact_id: '',
};

function leverOf(values: typeof empty): Lever {
  switch (values.kind) {
    case 'incentive':
      return {
        kind: 'incentive',
        value: values.value,
        cost: values.cost || null,
        until: values.day ?? '',
        truth: values.truth,
      };
    case 'trial':
      return { kind: 'trial', days: values.days, end_task: values.end_task, success: values.success };
    case 'urgency':
      return { kind: 'urgency', claim: values.claim, fact_id: values.fact_id };
    case 'start_date':
      return { kind: 'start_date', on: values.day ?? '' };
    default:
      return { kind: 'monthly_term', note: values.note || null };
  }
}

interface LeverFormProps {
  saving: boolean;
  error: Error | null;
  onSave: (lever: Lever) => void;
  onCancel: () => void;
}

/** A lever to add: what it is decides what it must say. */
export function LeverForm({ saving, error, onSave, onCancel }: LeverFormProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const facts = (useQuery(factsQuery).data ?? []).filter((fact) => !fact.withdrawn_at);
  const form = useForm({ initialValues: empty });
  const text = (
    name: 'value' | 'cost' | 'truth' | 'end_task' | 'success' | 'note' | 'claim',
    required = true,
  ) => <TextInput required={required} label={t(`closing.field.${name}`)} {...form.getInputProps(name)} />;
  const day = (label: string) => (
    <DayInput
      required
      label={label}
      value={form.values.day}
      onChange={(next) => form.setFieldValue('day', next)}
    />
  );
  const { kind } = form.values;
  return (
    <form className={classes.box} onSubmit={form.onSubmit((values) => onSave(leverOf(values)))}>
      <Stack gap="xs">
        <Select
          allowDeselect={false}
          label={t('closing.lever_kind')}
          data={kinds.map((one) => ({ value: one, label: t(`closing.lever.${one}`) }))}
          {...form.getInputProps('kind')}
        />
        {kind === 'incentive' &&
          [text('value'), day(t('closing.field.until')), text('truth'), text('cost', false)].map(keyed)}
        {kind === 'trial' && (
          <>
            <NumberInput min={7} max={30} label={t('closing.field.days')} {...form.getInputProps('days')} />
            {text('success')}
            {text('end_task')}
          </>
        )}
        {kind === 'monthly_term' && text('note', false)}
        {kind === 'start_date' && day(t('closing.lever.start_date'))}
        {kind === 'urgency' && (
          <>
            {text('claim')}
            <Select
              required
              label={t('closing.field.fact')}
              data={facts.map((fact) => ({
                value: fact.id,
                label: `${fact.what} → ${fact.afterwards} · ${format.date(fact.on_day)}`,
              }))}
              {...form.getInputProps('fact_id')}
            />
            {facts.length === 0 && <Text size="xs">{t('closing.no_facts')}</Text>}
          </>
        )}
        <ProblemAlert error={error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="subtle" color="gray" onClick={onCancel}>
            {t('kit.cancel')}
          </Button>
          <Button type="submit" variant="light" loading={saving}>
            {t('kit.add')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function keyed(field: React.ReactNode, index: number) {
  return <div key={index}>{field}</div>;
}
