import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { Company, Deal, Person, RecordBase } from '@/api/model';
import { paths, recordQuery } from '@/api/records';
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
  if (record.isPending) return <Skeleton m="md" h={240} />;
  if (record.isError) return <ProblemAlert error={record.error} retry={() => record.refetch()} />;
  switch (kind) {
    case 'company':
      return <CompanyRecord key={id} company={record.data as Company} onClose={close} />;
    case 'person':
      return <PersonRecord key={id} person={record.data as Person} onClose={close} />;
    case 'deal':
      return <DealRecord key={id} deal={record.data as Deal} onClose={close} />;
  }
}
