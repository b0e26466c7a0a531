import { Button, Text } from '@mantine/core';
import { IconSparkles } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import type { Job } from '@/api/model';
import { useCan } from '@/app/session';
import { textOr } from '@/i18n/texts';
import { useFormat } from '@/kit/format';
import { notifyProblem } from '@/kit/notify';
import { RecordSection } from '@/kit/record/RecordLayout';
import { EnrichJob } from './EnrichJobs';
import {
  type EnrichedKind,
  type Enrichment,
  enrichmentQuery,
  type SourceRun,
  useTargetName,
} from './enrichment';
import { Proposals } from './Proposals';
import { TargetValue } from './TargetValue';

interface Props {
  kind: EnrichedKind;
  id: string;
}

/** What sources outside say of the record: proposals to decide on, what else was found, and how asking went. */
export function RecordEnrichment({ kind, id }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const canWrite = useCan('rep');
  const { data } = useQuery(enrichmentQuery(kind, id));
  const start = useMutation({
    mutationFn: () => api.post<{ jobs: Job[] }>('/enrichment', { kind, ids: [id] }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['/enrichment', kind, id] }),
    onError: notifyProblem,
  });
  if (!data) return null;
  const waiting = data.runs.some((run) => run.state === 'queued');
  const button = canWrite && data.sources > 0 && (
    <Button
      size="compact-xs"
      variant="light"
      leftSection={<IconSparkles size={13} />}
      loading={start.isPending}
      disabled={waiting}
      onClick={() => start.mutate()}
    >
      {t('enrichment.enrich')}
    </Button>
  );
  return (
    <RecordSection title={t('enrichment.title')} aside={button}>
      {canWrite && <Proposals kind={kind} id={id} values={data.values} />}
      <Beside kind={kind} enrichment={data} />
      {data.runs.map((run) => (
        <Run key={run.provider_id} kind={kind} run={run} />
      ))}
      {data.sources === 0 && data.runs.length === 0 && <NoSource />}
      {data.sources > 0 && data.runs.length === 0 && (
        <Text size="xs" c="dimmed">
          {t('enrichment.never')}
        </Text>
      )}
    </RecordSection>
  );
}

function NoSource() {
  const { t } = useTranslation();
  return (
    <Text size="xs" c="dimmed">
      {t('enrichment.no_source')}{' '}
      <Link to="/rooms/$stage" params={{ stage: 'prospecting' }} search={{ tab: 'enrichment' }}>
        {t('enrichment.set_up')}
      </Link>
    </Text>
  );
}

/** What was found that no field of ours holds. */
function Beside({ kind, enrichment }: { kind: EnrichedKind; enrichment: Enrichment }) {
  const name = useTargetName(kind);
  const beside = enrichment.values.filter((value) => value.state === 'beside');
  return beside.map((value) => (
    <Text key={value.id} size="xs" mb={4}>
      <Text span inherit c="dimmed">
        {name(value.field)}:{' '}
      </Text>
      <TargetValue kind={kind} field={value.field} value={value.value} />
    </Text>
  ));
}

/** What came of asking: values filled in, values proposed, or nothing new. */
function cameOf(t: TFunction, run: SourceRun): string {
  const parts = [
    run.written > 0 && t('enrichment.tally.written', { count: run.written }),
    run.proposed > 0 && t('enrichment.tally.proposed', { count: run.proposed }),
  ];
  return parts.filter(Boolean).join(', ') || t('enrichment.run.nothing_new');
}

function Run({ kind, run }: { kind: EnrichedKind; run: SourceRun }) {
  const { t } = useTranslation();
  const format = useFormat();
  const name = useTargetName(kind);
  if (run.state === 'queued' && run.job_id) return <EnrichJob id={run.job_id} />;
  const fields = run.reason === 'missing' ? (run.detail ?? '').split(', ').map(name).join(', ') : '';
  const why =
    run.reason && textOr(t, `enrichment.reason.${run.reason}`, run.detail ?? run.reason, { fields });
  const told = {
    due: () => t('enrichment.run.due'),
    queued: () => t('enrichment.run.due'),
    done: () => cameOf(t, run),
    nothing: () => why,
    failed: () => why,
  }[run.state]();
  const when = run.state === 'due' ? '' : ` · ${format.relative(run.asked_at)}`;
  return (
    <Text
      size="xs"
      c={run.state === 'failed' ? 'var(--harm)' : 'dimmed'}
      title={run.detail ?? undefined}
      mb={4}
    >
      {`${run.provider_name}: ${told}${when}`}
      {run.state === 'done' && why ? `. ${why}` : ''}
    </Text>
  );
}
