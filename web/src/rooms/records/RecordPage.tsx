import { Box, Button, Skeleton } from '@mantine/core';
import { IconFileOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Navigate, useNavigate, useParams } from '@tanstack/react-router';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem } from '@/api/http';
import type { Company, Deal, Person, RecordBase } from '@/api/model';
import { paths, recordQuery, recordRoutes } from '@/api/records';
import { EmptyState } from '@/kit/EmptyState';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { CompanyRecord } from './CompanyRecord';
import { DealRecord } from './DealRecord';
import { PersonRecord } from './PersonRecord';
import { useKind } from './RecordsPage';

export function RecordPage() {
  const kind = useKind();
  const { id } = useParams({ strict: false }) as { id: string };
  const navigate = useNavigate();
  const record = useQuery(recordQuery<RecordBase>(kind, id));
  const close = useCallback(() => void navigate({ to: paths[kind], search: (old) => old }), [navigate, kind]);
  if (record.isPending) return <Skeleton m="md" h={240} flex={1} />;
  if (record.isError) {
    const gone = record.error instanceof Problem && record.error.status === 404;
    return gone ? (
      <GoneRecord onClose={close} />
    ) : (
      <Box flex={1} p="md">
        <ProblemAlert error={record.error} retry={() => record.refetch()} />
      </Box>
    );
  }
  const into = record.data.merged_into;
  if (typeof into === 'string' && kind !== 'deal') {
    // What is remembered of it may be older than an undo.
    if (record.isFetching) return <Skeleton m="md" h={240} flex={1} />;
    return <Navigate to={recordRoutes[kind]} params={{ id: into }} search={(old) => old} replace />;
  }
  switch (kind) {
    case 'company':
      return <CompanyRecord key={id} company={record.data as Company} onClose={close} />;
    case 'person':
      return <PersonRecord key={id} person={record.data as Person} onClose={close} />;
    case 'deal':
      return <DealRecord key={id} deal={record.data as Deal} onClose={close} />;
  }
}

function GoneRecord({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <EmptyState
      icon={<IconFileOff size={32} stroke={1.3} />}
      title={t('records.gone')}
      text={t('records.gone_text')}
      action={<Button onClick={onClose}>{t('kit.record.back_to_list')}</Button>}
    />
  );
}
