import { Button, Group, Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { ClosingView, Money, PlanStep } from '@/api/generated/model';
import { api } from '@/api/http';
import type { Company, Deal } from '@/api/model';
import { recordQuery } from '@/api/records';
import { useCan } from '@/app/session';
import { DayInput } from '@/kit/fields/DayInput';
import { MoneyInput } from '@/kit/fields/MoneyInput';
import { notifyDone } from '@/kit/notify';
import { RecordSection } from '@/kit/record/RecordLayout';
import { useDealWrite } from '@/kit/useDealWrite';
import { bodyOf, closeKindsQuery } from './closing';
import { Documents, Questions, Results } from './PlanLists';
import { Steps } from './Steps';

export interface PlanValues {
  decision_on: string | null;
  start_date: string | null;
  no_start_date: string;
  terms: string;
  legal_name: string;
  billing_contact: string;
  monthly: Money | null;
  next_kind: string;
  next_on: string | null;
  steps: PlanStep[];
  results: { what: string; number: string; source: string }[];
  documents: { title: string; url: string }[];
  open_questions: { question: string; answer?: string | null; theirs?: boolean }[];
}

/** The name on the invoice while the plan names no other: the company's own. */
function useLegalName(deal: Deal): string | undefined {
  const company = useQuery({
    ...recordQuery<Company>('company', deal.company_id ?? ''),
    enabled: deal.company_id !== null,
  });
  const name = company.data?.legal_name;
  return typeof name === 'string' ? name : undefined;
}

/** What both sides agreed on: kept whole, and refused when somebody changed it meanwhile. */
export function PlanForm({ deal, view }: { deal: Deal; view: ClosingView }) {
  const { t } = useTranslation();
  const canWrite = useCan('rep');
  const legalName = useLegalName(deal);
  const plan = view.plan;
  const kinds = useQuery(closeKindsQuery).data ?? [];
  const form = useForm<PlanValues>({
    initialValues: {
      decision_on: plan?.decision_on ?? null,
      start_date: plan?.start_date ?? null,
      no_start_date: plan?.no_start_date ?? '',
      terms: plan?.terms ?? '',
      legal_name: plan?.legal_name ?? '',
      billing_contact: plan?.billing_contact ?? '',
      monthly: plan?.monthly ?? null,
      next_kind: plan?.next_attempt?.kind ?? 'package_satisfied',
      next_on: plan?.next_attempt?.on ?? null,
      steps: plan?.steps ?? [],
      results: plan?.results ?? [],
      documents: plan?.documents ?? [],
      open_questions: plan?.open_questions ?? [],
    },
  });
  const save = useDealWrite(
    ({ next_kind, next_on, ...values }: PlanValues) =>
      api.put(`/deals/${deal.id}/closing-plan`, {
        ...bodyOf(plan),
        ...values,
        next_attempt: next_on ? { ...plan?.next_attempt, kind: next_kind, on: next_on } : null,
        decision_on: values.decision_on || null,
        start_date: values.start_date || null,
        no_start_date: values.start_date ? null : values.no_start_date || null,
        terms: values.terms || null,
        legal_name: values.legal_name || null,
        billing_contact: values.billing_contact || null,
        steps: values.steps.map((step) => ({ ...step, due_on: step.due_on || null })),
        open_questions: values.open_questions.map((one) => ({ ...one, answer: one.answer || null })),
      }),
    () => notifyDone(t('kit.saved')),
  );
  const day = (name: 'decision_on' | 'start_date', label: string) => (
    <DayInput
      clearable
      label={label}
      value={form.values[name]}
      onChange={(next) => form.setFieldValue(name, next)}
    />
  );
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
      <Results form={form} canWrite={canWrite} />
      <RecordSection title={t('offer.closing.agreement')}>
        <Stack gap="sm">
          <Group grow gap="sm" align="flex-start">
            {day('decision_on', t('closing.decision_on'))}
            {day('start_date', t('cycle.field.start_date'))}
          </Group>
          {!form.values.start_date && (
            <TextInput label={t('cycle.field.no_start_date')} {...form.getInputProps('no_start_date')} />
          )}
          <TextInput label={t('closing.terms')} {...form.getInputProps('terms')} />
          <Group grow gap="sm" align="flex-start">
            <TextInput
              label={t('offer.closing.legal_name')}
              placeholder={legalName}
              {...form.getInputProps('legal_name')}
            />
            <TextInput
              label={t('offer.closing.billing_contact')}
              {...form.getInputProps('billing_contact')}
            />
          </Group>
          <Group grow gap="sm" align="flex-start">
            <Select
              allowDeselect={false}
              label={t('closing.next_attempt')}
              data={kinds.map((one) => ({ value: one.kind, label: t(`closing.close.${one.kind}`) }))}
              {...form.getInputProps('next_kind')}
            />
            <DayInput
              clearable
              label={t('closing.next_on')}
              value={form.values.next_on}
              onChange={(next) => form.setFieldValue('next_on', next)}
            />
          </Group>
          <MoneyInput
            label={t('closing.monthly')}
            value={form.values.monthly}
            onChange={(next) => form.setFieldValue('monthly', next)}
          />
        </Stack>
      </RecordSection>
      <Steps form={form} canWrite={canWrite} overdue={view.overdue} />
      <Questions form={form} canWrite={canWrite} />
      <Documents form={form} canWrite={canWrite} />
      {canWrite && (
        <Group justify="flex-end" mt="md">
          <Button type="submit" loading={save.isPending} disabled={!form.isDirty()}>
            {t('kit.save')}
          </Button>
        </Group>
      )}
    </form>
  );
}
