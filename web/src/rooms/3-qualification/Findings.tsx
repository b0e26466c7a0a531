import { ActionIcon, Button, Group, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconTrash } from '@tabler/icons-react';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import type { Deal } from '@/api/model';
import { useCan } from '@/app/session';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { RecordSection } from '@/kit/record/RecordLayout';
import classes from '@/kit/room.module.css';
import { useDealWrite } from '@/kit/useDealWrite';
import { SaidAt } from './talk/SaidAt';

const findingKinds = [
  'challenge',
  'goal',
  'current_solution',
  'ambition',
  'decision_process',
  'decision_criterion',
  'competitor',
] as const;
type FindingKind = (typeof findingKinds)[number];

export interface Finding {
  id: string;
  kind: FindingKind;
  summary: string;
  /** In the prospect's own words. */
  words: string | null;
  priority: number;
  /** In which talk it was said, and when in it, in thousandths of a second. */
  transcript_id: string | null;
  said_at_ms: number | null;
}

export function findingsQuery(dealId: string) {
  return queryOptions({
    queryKey: ['/deals', 'findings', dealId],
    queryFn: () => api.get<Finding[]>(`/deals/${dealId}/findings`),
  });
}

/** Goals, challenges and what else discovery brought to light, with the prospect's own words. */
export function Findings({ deal }: { deal: Deal }) {
  const { t } = useTranslation();
  const canWrite = useCan('rep');
  const findings = useQuery(findingsQuery(deal.id));
  const remove = useDealWrite((id: string) => api.delete(`/deals/${deal.id}/findings/${id}`));
  return (
    <RecordSection title={t('qualification.discovery.title')}>
      <ProblemAlert error={findings.error} />
      {canWrite && <NewFinding deal={deal} />}
      {findings.data?.map((finding) => (
        <Group
          key={finding.id}
          className={classes.line}
          justify="space-between"
          wrap="nowrap"
          align="flex-start"
        >
          <Stack gap={2}>
            <Text size="xs" c="dimmed">
              {t(`qualification.finding.${finding.kind}`)}
            </Text>
            <Text>{finding.summary}</Text>
            {finding.words && <Text className={classes.quote}>{finding.words}</Text>}
            {finding.transcript_id && <SaidAt talk={finding.transcript_id} ms={finding.said_at_ms} />}
          </Stack>
          {canWrite && (
            <ActionIcon
              size="sm"
              variant="subtle"
              color="gray"
              onClick={() => remove.mutate(finding.id)}
              aria-label={`${t('kit.remove')}: ${finding.summary}`}
            >
              <IconTrash size={14} />
            </ActionIcon>
          )}
        </Group>
      ))}
    </RecordSection>
  );
}

function NewFinding({ deal }: { deal: Deal }) {
  const { t } = useTranslation();
  const form = useForm({ initialValues: { kind: 'challenge' as FindingKind, summary: '', words: '' } });
  const add = useDealWrite(
    (values: typeof form.values) =>
      api.post(`/deals/${deal.id}/findings`, { ...values, words: values.words.trim() || null, priority: 1 }),
    () => form.setValues({ summary: '', words: '' }),
  );
  return (
    <form onSubmit={form.onSubmit((values) => add.mutate(values))}>
      <Stack gap="xs" className={classes.box} mb="xs">
        <Group gap="xs" align="flex-end" wrap="nowrap">
          <Select
            w={170}
            flex="none"
            aria-label={t('qualification.discovery.kind')}
            allowDeselect={false}
            data={findingKinds.map((kind) => ({ value: kind, label: t(`qualification.finding.${kind}`) }))}
            {...form.getInputProps('kind')}
          />
          <TextInput
            flex={1}
            required
            aria-label={t('qualification.discovery.summary')}
            placeholder={t('qualification.discovery.summary')}
            {...form.getInputProps('summary')}
          />
        </Group>
        <Textarea
          minRows={1}
          aria-label={t('qualification.discovery.words')}
          placeholder={t('qualification.discovery.words')}
          {...form.getInputProps('words')}
        />
        <Group justify="flex-end">
          <Button type="submit" variant="light" loading={add.isPending}>
            {t('kit.add')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
