import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import type { Job } from '@/api/model';
import { useFormat } from '@/kit/format';
import { JobProgress } from '@/kit/JobProgress';
import { notifyProblem } from '@/kit/notify';
import { Panel } from '@/kit/Page';
import { jobQuery } from '@/rooms/imports/imports';
import { TerritoryPreviewPanel } from './TerritoryPreviewPanel';
import { firstChoices, runsQuery, type TerritoryRun } from './territory';

/** Puts the territories, as they are saved, into force, and takes that back. */
export function ApplyTerritories() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [choices, setChoices] = useState(firstChoices);
  const [started, setStarted] = useState<string>();
  const runs = useQuery(runsQuery);
  const latest = runs.data?.[0];
  const job = useQuery(jobQuery(started ?? latest?.undo_job_id ?? latest?.id));
  const state = job.data?.state;
  const running = state === 'queued' || state === 'running';
  useEffect(() => {
    if (state === 'done' || state === 'cancelled' || state === 'failed')
      for (const key of ['/territories', '/companies']) void client.invalidateQueries({ queryKey: [key] });
  }, [state, client]);
  const start = useMutation({
    mutationFn: (path: string) => api.post<{ job: Job }>(path, path.endsWith('apply') ? { choices } : {}),
    onSuccess: ({ job: begun }) => setStarted(begun.id),
    onError: notifyProblem,
  });
  return (
    <>
      <TerritoryPreviewPanel request={{ choices }} enabled={!running} onChoices={setChoices} />
      <Panel title={t('prospecting.territory.apply')} lead={t('prospecting.territory.apply_lead')}>
        <Stack gap="md">
          {job.data && (
            <JobProgress job={job.data} onCancel={() => void api.post(`/jobs/${job.data?.id}/cancel`)} />
          )}
          <Group>
            <Button
              loading={start.isPending}
              disabled={running}
              onClick={() => start.mutate('/territories/apply')}
            >
              {t('prospecting.territory.apply')}
            </Button>
            {latest && !running && (
              <Latest run={latest} undo={() => start.mutate(`/territories/runs/${latest.id}/undo`)} />
            )}
          </Group>
        </Stack>
      </Panel>
    </>
  );
}

function Latest({ run, undo }: { run: TerritoryRun; undo: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <>
      <Text size="sm" c="dimmed">
        {t('prospecting.territory.latest', {
          when: format.moment(run.started_at),
          moved: format.number(run.moved),
          left: format.number(run.left_alone),
        })}
      </Text>
      {run.moved > 0 && !run.undo_job_id && (
        <Button variant="default" onClick={undo}>
          {t('kit.undo')}
        </Button>
      )}
    </>
  );
}
