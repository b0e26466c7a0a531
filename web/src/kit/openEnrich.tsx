import { Skeleton } from '@mantine/core';
import { modals } from '@mantine/modals';
import i18next from 'i18next';
import { lazy, Suspense } from 'react';
import { api } from '@/api/http';
import type { Job, Kind } from '@/api/model';
import { notifyProblem } from './notify';

const EnrichJobs = lazy(async () => ({
  default: (await import('@/rooms/1-prospecting/EnrichJobs')).EnrichJobs,
}));

/** Asks every source that is switched on about these records, and shows how far that has come. */
export async function openEnrich(kind: Kind, ids: string[]): Promise<void> {
  try {
    const { jobs } = await api.post<{ jobs: Job[] }>('/enrichment', { kind, ids });
    modals.open({
      title: i18next.t('enrichment.under_way'),
      closeButtonProps: { 'aria-label': i18next.t('kit.close') },
      children: (
        <Suspense fallback={<Skeleton h={80} />}>
          <EnrichJobs ids={jobs.map((job) => job.id)} />
        </Suspense>
      ),
    });
  } catch (error) {
    notifyProblem(error);
  }
}
