import { Button, Group, SegmentedControl, Text, Title } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import type { Job } from '@/api/model';
import { useCan } from '@/app/session';
import { useFormat } from '@/kit/format';
import { JobProgress } from '@/kit/JobProgress';
import type { MergeKind } from '@/kit/merge/compare';
import { AutoMerge } from './AutoMerge';
import { type DuplicateOverview, kinds, underWay } from './duplicates';
import classes from './duplicates.module.css';

/** Begins a search through all records of a kind; it runs in the background. */
export function useSearchAll(kind: MergeKind) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.post<Job>(`/duplicates/${kind}/search`),
    onSettled: () => client.invalidateQueries({ queryKey: ['/duplicates'] }),
  });
}

export function DuplicatesHead({ kind, of }: { kind: MergeKind; of?: DuplicateOverview[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const navigate = useNavigate();
  const canWrite = useCan('rep');
  const search = useSearchAll(kind);
  const own = of?.find((one) => one.kind === kind);
  const running = underWay(own?.search);
  const label = (one: MergeKind) => {
    const open = of?.find((each) => each.kind === one)?.open ?? 0;
    return `${t(`records.${one}.many`)}${open > 0 ? ` ${format.number(open)}` : ''}`;
  };
  return (
    <header className={classes.head}>
      <Text size="xs" c="dimmed">
        <Link to="/rooms/$stage" params={{ stage: 'prospecting' }} search={{}}>
          {t('stage.prospecting.name')}
        </Link>
      </Text>
      <Group justify="space-between" gap="xs">
        <Group gap="md">
          <Title order={1}>{t('prospecting.duplicates.title')}</Title>
          <SegmentedControl
            size="xs"
            aria-label={t('prospecting.duplicates.of')}
            data={kinds.map((one) => ({ value: one, label: label(one) }))}
            value={kind}
            onChange={(next) => navigate({ to: '/duplicates', search: { kind: next as MergeKind } })}
          />
        </Group>
        <Group gap="xs">
          {own && <AutoMerge key={own.kind} of={own} />}
          {canWrite && (
            <Button
              leftSection={<IconSearch size={14} />}
              loading={search.isPending}
              disabled={running}
              onClick={() => search.mutate()}
            >
              {t('prospecting.duplicates.search')}
            </Button>
          )}
        </Group>
      </Group>
      {own?.search && <Search job={own.search} />}
    </header>
  );
}

/** The newest search: how far it is, or when it ended and with what. */
function Search({ job }: { job: Job }) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => api.post(`/jobs/${job.id}/cancel`),
    onSettled: () => client.invalidateQueries({ queryKey: ['/duplicates'] }),
  });
  if (job.state !== 'done') {
    return <JobProgress job={job} onCancel={() => cancel.mutate()} />;
  }
  const { records = 0, merged = 0 } = (job.result ?? {}) as { records?: number; merged?: number };
  return (
    <Text size="xs" c="dimmed">
      {t('prospecting.duplicates.searched', {
        when: job.finished_at ? format.moment(job.finished_at) : '',
        count: records,
        shown: format.number(records),
      })}
      {merged > 0 && ` · ${t('prospecting.duplicates.merged_themselves', { count: merged })}`}
    </Text>
  );
}
