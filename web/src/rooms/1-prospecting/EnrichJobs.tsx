import { Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import type { Job } from '@/api/model';
import { textOr } from '@/i18n/texts';
import { useFormat } from '@/kit/format';
import { JobProgress } from '@/kit/JobProgress';
import { jobQuery } from '@/rooms/imports/imports';

/** Jobs that ask sources, one below the other. */
export function EnrichJobs({ ids }: { ids: string[] }) {
  return (
    <Stack gap="md">
      {ids.map((id) => (
        <EnrichJob key={id} id={id} />
      ))}
    </Stack>
  );
}

interface JobResult {
  enriched?: number;
  written?: number;
  proposed?: number;
  nothing?: number;
  failed?: number;
  waits_until?: string;
  waits_for?: string;
}

/** One job: which source is asked, how far it has come, what came of it, and when it goes on where it waits. */
export function EnrichJob({ id }: { id: string }) {
  const { data: job } = useQuery(jobQuery(id));
  if (!job) return null;
  return (
    <div>
      <Text size="sm" c="dimmed">
        {String((job.payload as { provider?: string }).provider ?? '')}
      </Text>
      <JobProgress job={job} onCancel={() => void api.post(`/jobs/${id}/cancel`)} />
      <Outcome job={job} />
    </div>
  );
}

function Outcome({ job }: { job: Job }) {
  const { t } = useTranslation();
  const format = useFormat();
  const result = job.result as JobResult;
  if (job.state === 'queued' && result.waits_until) {
    const why = textOr(t, `enrichment.waits.${result.waits_for}`, '');
    return (
      <Text size="xs">{`${why} ${t('enrichment.goes_on', { when: format.dateTime(result.waits_until) })}`}</Text>
    );
  }
  if (result.written === undefined) return null;
  const parts = [
    t('enrichment.tally.written', { count: result.written }),
    t('enrichment.tally.proposed', { count: result.proposed ?? 0 }),
    result.nothing ? t('enrichment.tally.nothing', { count: result.nothing }) : '',
    result.failed ? t('enrichment.tally.failed', { count: result.failed }) : '',
  ];
  return <Text size="xs">{parts.filter(Boolean).join(' · ')}</Text>;
}
