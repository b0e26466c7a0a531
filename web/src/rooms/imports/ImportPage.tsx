import { Button, Group, Skeleton, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import type { Kind } from '@/api/model';
import { paths } from '@/api/records';
import { JobProgress } from '@/kit/JobProgress';
import { Page, Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { ColumnsTable } from './ColumnsTable';
import { Counts } from './Counts';
import { ImportOptions } from './ImportOptions';
import { ImportProvenance } from './ImportProvenance';
import {
  importQuery,
  isRunning,
  jobQuery,
  needsBasis,
  planOf,
  type Tally,
  tallyOf,
  trialQuery,
} from './imports';
import classes from './imports.module.css';
import { PreviewTable } from './PreviewTable';
import { useChangedPlan } from './useChangedPlan';

/** One import from mapping to result. All state is the server's, so a reload loses nothing. */
export function ImportPage() {
  const { t } = useTranslation();
  const { id } = useParams({ from: '/app/imports/$id' });
  const client = useQueryClient();
  const one = useQuery(importQuery(id));
  const job = useQuery(jobQuery(one.data?.job_id));
  const trial = useQuery(trialQuery(id));
  const change = useChangedPlan(id);
  const start = useMutation({
    mutationFn: (dryRun: boolean) => api.post(`/imports/${id}/start`, { dry_run: dryRun }),
    onSettled: async () => {
      await Promise.all(['/imports', '/jobs'].map((key) => client.invalidateQueries({ queryKey: [key] })));
      document.getElementById('content')?.scrollTo({ top: 0, behavior: 'smooth' });
    },
  });
  const cancel = useMutation({
    mutationFn: () => api.post(`/imports/${id}/cancel`),
    onSettled: () => client.invalidateQueries({ queryKey: ['/imports'] }),
  });
  if (one.isPending) return <Skeleton m="lg" h={300} />;
  if (one.isError) return <ProblemAlert error={one.error} retry={() => one.refetch()} />;
  const data = one.data;
  const kind = data.record_kind as Kind;
  const running = isRunning(data);
  const waits = needsBasis(kind, planOf(data));
  const finished = ['done', 'failed', 'cancelled'].includes(data.state);
  return (
    <Page
      wide
      back={<Link to="/imports">{t('imports.title')}</Link>}
      title={data.file_name}
      lead={t('imports.lead_of', { kind: t(`records.${kind}.many`) })}
    >
      {job.data && (
        <Panel title={t('imports.result')}>
          <JobProgress job={job.data} onCancel={() => cancel.mutate()} />
          {!running && <Counts tally={tallyOf(data)} job={job.data} refusedOf={id} />}
        </Panel>
      )}
      {!job.data && trial.data && (
        <Panel title={t('imports.dry_run_result')}>
          <JobProgress job={trial.data} />
          {trial.data.state === 'done' && (
            <Counts tally={trial.data.result as unknown as Tally} job={trial.data} />
          )}
        </Panel>
      )}
      {!running && !finished && (
        <>
          <Panel
            title={t('imports.reading')}
            lead={t(planOf(data).format === 'csv' ? 'imports.reading_lead' : 'imports.reading_lead_of')}
          >
            <ImportOptions plan={planOf(data)} onChange={change.mutate} />
          </Panel>
          <Panel title={t('imports.columns')} lead={t('imports.columns_lead')}>
            <ColumnsTable
              kind={kind}
              columns={planOf(data).columns}
              preview={data.preview}
              onChange={(columns) => change.mutate({ columns })}
            />
          </Panel>
          <Panel title={t('imports.preview')}>
            <PreviewTable columns={planOf(data).columns} preview={data.preview} />
          </Panel>
          <Panel title={t('imports.provenance')} lead={t('imports.provenance_lead')}>
            <ImportProvenance kind={kind} plan={planOf(data)} onChange={change.mutate} />
          </Panel>
          <Group justify="flex-end" className={classes.start}>
            {waits && (
              <Text size="sm" c="dimmed">
                {t('imports.lawful_basis_needed')}
              </Text>
            )}
            <Button variant="default" loading={start.isPending} onClick={() => start.mutate(true)}>
              {t('imports.dry_run')}
            </Button>
            <Button disabled={waits} loading={start.isPending} onClick={() => start.mutate(false)}>
              {t('imports.start')}
            </Button>
          </Group>
        </>
      )}
      {finished && (
        <Group>
          <Button component={Link} to={paths[kind]}>
            {t('imports.see')}
          </Button>
          <Button variant="default" component={Link} to="/imports">
            {t('imports.another')}
          </Button>
        </Group>
      )}
    </Page>
  );
}
