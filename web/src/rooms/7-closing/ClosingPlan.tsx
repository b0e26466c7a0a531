import { ActionIcon, Button, Checkbox, Group, Skeleton, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import type { Company, Deal } from '@/api/model';
import { recordQuery } from '@/api/records';
import { useCan } from '@/app/session';
import { DayInput } from '@/kit/fields/DayInput';
import { notifyDone } from '@/kit/notify';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { RecordSection } from '@/kit/record/RecordLayout';
import { useDealWrite } from '@/kit/useDealWrite';
import { Acceptance } from './Acceptance';
import { Readiness } from './Readiness';

type Side = 'us' | 'them';

interface PlanStep {
  what: string;
  who: string;
  side: Side;
  due_on: string | null;
  done: boolean;
}

interface Plan {
  results: { what: string; number: string; source: string }[];
  decision_on: string | null;
  open_questions: { question: string; answer: string | null }[];
  start_date: string | null;
  no_start_date: string | null;
  terms: string | null;
  legal_name: string | null;
  billing_contact: string | null;
  steps: PlanStep[];
  acceptance: { kind: string; words: string | null; at: string } | null;
}

interface ClosingView {
  /** Null before anything was agreed. */
  plan: Plan | null;
  readiness: { item: string; holds: boolean }[];
}

const nothingAgreed: Plan = {
  results: [],
  decision_on: null,
  open_questions: [],
  start_date: null,
  no_start_date: null,
  terms: null,
  legal_name: null,
  billing_contact: null,
  steps: [],
  acceptance: null,
};

/** The way to yes and what follows it, agreed by both sides. */
export function ClosingPlan({ deal }: { deal: Deal }) {
  const plan = useQuery({
    queryKey: ['/deals', 'closing-plan', deal.id],
    queryFn: () => api.get<ClosingView>(`/deals/${deal.id}/closing-plan`),
  });
  if (plan.isPending) return <Skeleton h={120} />;
  if (plan.isError) return <ProblemAlert error={plan.error} retry={() => plan.refetch()} />;
  const agreed = plan.data.plan ?? nothingAgreed;
  return (
    <>
      <Readiness items={plan.data.readiness} />
      <Acceptance deal={deal} acceptance={agreed.acceptance} />
      <PlanForm key={deal.revision} deal={deal} plan={agreed} />
    </>
  );
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

function PlanForm({ deal, plan }: { deal: Deal; plan: Plan }) {
  const { t } = useTranslation();
  const canWrite = useCan('rep');
  const legalName = useLegalName(deal);
  const form = useForm({
    initialValues: {
      start_date: plan.start_date ?? '',
      no_start_date: plan.no_start_date ?? '',
      legal_name: plan.legal_name ?? '',
      billing_contact: plan.billing_contact ?? '',
      steps: plan.steps,
    },
  });
  const save = useDealWrite(
    (values: typeof form.values) =>
      api.put(`/deals/${deal.id}/closing-plan`, {
        results: plan.results,
        decision_on: plan.decision_on,
        open_questions: plan.open_questions,
        terms: plan.terms,
        start_date: values.start_date || null,
        no_start_date: values.start_date ? null : values.no_start_date || null,
        legal_name: values.legal_name || null,
        billing_contact: values.billing_contact || null,
        steps: values.steps.map((step) => ({ ...step, due_on: step.due_on || null })),
      }),
    () => notifyDone(t('kit.saved')),
  );
  const addStep = (side: Side) =>
    form.insertListItem('steps', { what: '', who: '', side, due_on: null, done: false } satisfies PlanStep);
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
      <RecordSection title={t('offer.closing.agreement')}>
        <Stack gap="sm">
          <Group grow gap="sm" align="flex-start">
            <DayInput
              label={t('cycle.field.start_date')}
              {...form.getInputProps('start_date')}
              onChange={(day) => form.setFieldValue('start_date', day ?? '')}
            />
            {form.values.start_date === '' && (
              <TextInput label={t('cycle.field.no_start_date')} {...form.getInputProps('no_start_date')} />
            )}
          </Group>
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
        </Stack>
      </RecordSection>
      <RecordSection
        title={t('offer.closing.steps')}
        aside={
          canWrite && (
            <Group gap={4}>
              {(['us', 'them'] as const).map((side) => (
                <Button
                  key={side}
                  size="compact-xs"
                  variant="subtle"
                  leftSection={<IconPlus size={12} />}
                  onClick={() => addStep(side)}
                >
                  {t(`offer.closing.side.${side}`)}
                </Button>
              ))}
            </Group>
          )
        }
      >
        {form.values.steps.map((step, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a step is known by its place in the form
          <Group key={index} gap="xs" py={4} align="center">
            <Checkbox
              size="xs"
              aria-label={t('kit.done')}
              {...form.getInputProps(`steps.${index}.done`, { type: 'checkbox' })}
            />
            <TextInput
              flex="1 1 80%"
              required
              placeholder={t('offer.closing.what')}
              aria-label={t('offer.closing.what')}
              {...form.getInputProps(`steps.${index}.what`)}
            />
            <TextInput
              flex={1}
              ml={24}
              miw={100}
              required
              placeholder={t(`offer.closing.who_${step.side}`)}
              aria-label={t(`offer.closing.who_${step.side}`)}
              {...form.getInputProps(`steps.${index}.who`)}
            />
            <DayInput
              aria-label={t('records.compose.due')}
              placeholder={t('records.compose.due')}
              {...form.getInputProps(`steps.${index}.due_on`)}
              value={step.due_on}
            />
            <ActionIcon
              size="sm"
              variant="subtle"
              color="gray"
              onClick={() => form.removeListItem('steps', index)}
              aria-label={`${t('kit.remove')}: ${step.what}`}
            >
              <IconTrash size={14} />
            </ActionIcon>
          </Group>
        ))}
      </RecordSection>
      {canWrite && (
        <Group justify="flex-end" mt="md">
          <Button type="submit" loading={save.isPending}>
            {t('kit.save')}
          </Button>
        </Group>
      )}
    </form>
  );
}
