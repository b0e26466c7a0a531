import { Paper, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import type { Job } from '@/api/model';
import { JobProgress } from '@/kit/JobProgress';
import { useMe } from '../session';
import classes from './Shell.module.css';

const everyMilliseconds = 1000;

function underWay(jobs: Job[] | undefined): Job | undefined {
  return jobs?.find((job) => job.kind === 'sample_data' && ['queued', 'running'].includes(job.state));
}

/** While the sample year is being written every page says so; once it is done, every page is asked anew. */
export function SampleProgress() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const jobs = useQuery({
    queryKey: ['/jobs'],
    queryFn: () => api.get<Job[]>('/jobs'),
    enabled: useMe()?.workspace.sample_data === true,
    refetchInterval: (query) => (underWay(query.state.data) ? everyMilliseconds : false),
  });
  const job = underWay(jobs.data);
  const wasUnderWay = useRef(false);
  useEffect(() => {
    if (wasUnderWay.current && !job) void client.invalidateQueries();
    wasUnderWay.current = job !== undefined;
  }, [job, client]);
  if (!job) return null;
  return (
    <Paper withBorder shadow="md" p="md" className={classes.sample}>
      <Text fw={600}>{t('app.sample.title')}</Text>
      <Text size="xs" c="dimmed" mb="xs">
        {t('app.sample.text')}
      </Text>
      <JobProgress job={job} />
    </Paper>
  );
}
