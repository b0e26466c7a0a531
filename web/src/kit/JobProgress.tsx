import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Job } from '@/api/model';
import { useFormat } from './format';
import { secondsLeft, unitsPerSecond } from './rate';

/** Long work: count, rate and time left; can be cancelled. State comes from the server, so a reload loses nothing. */
export function JobProgress({ job, onCancel }: { job: Job; onCancel?: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const running = job.state === 'running' || job.state === 'queued';
  const atWork = job.state !== 'queued';
  const share = job.total > 0 ? Math.min(1, job.done / job.total) : 0;
  const now = job.finished_at ? Date.parse(job.finished_at) : Date.now();
  const rate = unitsPerSecond(job.done, job.started_at, now);
  const left = secondsLeft(job.done, job.total, rate);
  const duration = (seconds: number) =>
    seconds >= 90
      ? t('kit.time.minutes', { count: Math.round(seconds / 60) })
      : t('kit.time.seconds', { count: Math.max(1, Math.round(seconds)) });
  return (
    <Stack gap={6} role="status">
      <Group justify="space-between">
        <Text fw={600}>{t(`kit.progress.state.${job.state}`)}</Text>
        {running && onCancel && (
          <Button variant="default" size="compact-sm" onClick={onCancel}>
            {t('kit.progress.cancel')}
          </Button>
        )}
      </Group>
      <Progress
        value={job.state === 'done' ? 100 : share * 100}
        size="md"
        color={job.state === 'failed' ? 'red' : undefined}
        animated={job.state === 'running'}
        aria-label={t(`kit.progress.state.${job.state}`)}
      />
      <Text size="xs" c="dimmed">
        {job.total > 0
          ? t('kit.progress.of', { done: format.number(job.done), total: format.number(job.total) })
          : format.number(job.done)}
        {atWork && rate !== null && ` · ${t('kit.progress.rate', { rate: format.number(Math.round(rate)) })}`}
        {job.state === 'running' && left !== null && ` · ${t('kit.progress.left', { time: duration(left) })}`}
      </Text>
      {job.error && <Text c="var(--harm)">{job.error}</Text>}
    </Stack>
  );
}
