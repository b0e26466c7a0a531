import { Button, Skeleton } from '@mantine/core';
import { IconMicroscope } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import { type Desk, deskQuery } from '@/api/research';
import { useCan } from '@/app/session';
import { EmptyState } from '@/kit/EmptyState';
import { ProblemAlert } from '@/kit/ProblemAlert';
import classes from '../1-prospecting/research.module.css';
import { DeskHead } from './DeskHead';
import { DeskView } from './DeskView';

/** Companies to research, one after the other: the best first, held for whoever works on it. */
export function ResearchQueuePage() {
  const { mine = false } = useSearch({ from: '/app/research' });
  const canWrite = useCan('rep');
  const client = useQueryClient();
  const next = useMutation({
    mutationFn: () => api.post<{ desk: Desk | null }>('/research-queue/next', { mine }),
    meta: { quiet: true },
    onSuccess: ({ desk }) => {
      if (desk) client.setQueryData(deskQuery(desk.company.id).queryKey, desk);
      void client.invalidateQueries({ queryKey: ['/research-queue'] });
    },
  });
  const { mutate } = next;
  useEffect(() => {
    if (canWrite) mutate();
  }, [mutate, canWrite]);
  const company = next.data?.desk?.company.id;
  return (
    <div className={classes.page}>
      <DeskHead queue mine={mine} />
      {next.error && (
        <div className={classes.main}>
          <ProblemAlert error={next.error} retry={() => mutate()} />
        </div>
      )}
      {canWrite && !next.data && !next.error && <Skeleton h={240} m="md" />}
      {company && <DeskView key={company} company={company} onNext={() => mutate()} />}
      {(!canWrite || (next.isSuccess && !company)) && <NothingWaits mine={mine} />}
    </div>
  );
}

/** One company, whoever asked for it: from its own page, or because somebody of it could not be enrolled. */
export function ResearchCompanyPage() {
  const { id } = useParams({ from: '/app/research/$id' });
  const desk = useQuery(deskQuery(id));
  const navigate = useNavigate();
  return (
    <div className={classes.page}>
      <DeskHead />
      {desk.isError && (
        <div className={classes.main}>
          <ProblemAlert error={desk.error} retry={() => desk.refetch()} />
        </div>
      )}
      {desk.isPending && <Skeleton h={240} m="md" />}
      {desk.data && (
        <DeskView
          key={id}
          company={id}
          onNext={() => void navigate({ to: '/companies/$id', params: { id }, search: {} })}
        />
      )}
    </div>
  );
}

function NothingWaits({ mine }: { mine: boolean }) {
  const { t } = useTranslation();
  return (
    <EmptyState
      icon={<IconMicroscope size={32} stroke={1.3} />}
      title={t('prospecting.desk.empty')}
      text={t(mine ? 'prospecting.desk.empty_mine' : 'prospecting.desk.empty_text')}
      action={
        <Button
          renderRoot={(props) => (
            <Link to="/rooms/$stage" params={{ stage: 'prospecting' }} search={{ tab: 'icp' }} {...props} />
          )}
        >
          {t('prospecting.desk.open_icp')}
        </Button>
      }
    />
  );
}
