import { ActionIcon, Button, Group, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import type { Deal, Kind, Page, Person, RecordBase } from '@/api/model';
import { paths, recordRoutes } from '@/api/records';
import { useCan } from '@/app/session';
import { createRecord } from '@/kit/createRecord';
import { dealNames } from '@/kit/dealNames';
import { Status } from '@/kit/fields/FieldValue';
import { useFormat } from '@/kit/format';
import { RecordSection } from '@/kit/record/RecordLayout';
import classes from '@/kit/record/record.module.css';
import { StageDot } from '@/kit/StageDot';
import { titleOf } from '@/kit/titleOf';
import { ChannelMark } from '../1-prospecting/ChannelCell';

interface RelatedProps {
  kind: Kind;
  /** The condition that ties them to the record, e.g. `company_id.eq.…`. */
  where: string;
  /** What a new one starts with. */
  preset: Record<string, unknown>;
}

/** The newest records of another kind that belong to this one. */
export function Related({ kind, where, preset }: RelatedProps) {
  const { t } = useTranslation();
  const canWrite = useCan('rep');
  const { data } = useQuery({
    queryKey: [paths[kind], 'related', where],
    queryFn: () => api.get<Page<RecordBase>>(`${paths[kind]}?limit=20&where=${encodeURIComponent(where)}`),
  });
  const add = canWrite && (data?.items.length ?? 0) > 0 && (
    <ActionIcon
      size="sm"
      variant="subtle"
      color="gray"
      aria-label={t(`records.${kind}.create`)}
      onClick={() => createRecord(kind, { preset })}
    >
      <IconPlus size={14} />
    </ActionIcon>
  );
  return (
    <RecordSection title={t(`records.${kind}.many`)} aside={add}>
      {data?.items.length === 0 &&
        (canWrite ? (
          <Button
            fullWidth
            variant="default"
            leftSection={<IconPlus size={14} />}
            onClick={() => createRecord(kind, { preset })}
          >
            {t(`records.${kind}.create`)}
          </Button>
        ) : (
          <Text c="dimmed" size="xs">
            {t('kit.none')}
          </Text>
        ))}
      {data?.items.map((record) => (
        <Link
          key={record.id}
          to={recordRoutes[kind]}
          params={{ id: record.id }}
          search={{}}
          className={classes.related}
        >
          <span>{kind === 'deal' ? dealNames(record as Deal).own : titleOf(record)}</span>
          {kind === 'deal' ? <DealFacts deal={record as Deal} /> : <PersonFacts person={record as Person} />}
        </Link>
      ))}
    </RecordSection>
  );
}

/** What they do, and by which way they are best reached. */
function PersonFacts({ person }: { person: Person }) {
  return (
    <Group gap={6} wrap="nowrap" component="span" miw={0} justify="flex-end">
      <Text span c="dimmed" size="xs" truncate>
        {person.title}
      </Text>
      <ChannelMark personId={person.id} bare />
    </Group>
  );
}

function DealFacts({ deal }: { deal: Deal }) {
  const format = useFormat();
  if (deal.status !== 'open') return <Status status={deal.status} />;
  return (
    <Text span c="dimmed" size="xs" flex="none">
      <StageDot stage={deal.stage} /> {format.money(deal.value, true)}
    </Text>
  );
}
