import { Badge, Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { IconSparkles } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import { useCan } from '@/app/session';
import { textOr } from '@/i18n/texts';
import { EmptyState } from '@/kit/EmptyState';
import { useFormat } from '@/kit/format';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { EnrichJobs } from './EnrichJobs';
import {
  enrichJobsQuery,
  firstSource,
  isUnderWay,
  type Source,
  type SourceContent,
  sourcesQuery,
} from './enrichment';
import classes from './icp.module.css';

/** The sources values come from, and what is being asked at this moment. */
export function Sources() {
  const { t } = useTranslation();
  const sources = useQuery(sourcesQuery);
  const jobs = useQuery(enrichJobsQuery);
  const underWay = (jobs.data ?? []).filter(isUnderWay).map((job) => job.id);
  const buttons = <NewSource sources={sources.data ?? []} />;
  return (
    <Stack gap="md">
      {sources.data?.length === 0 ? (
        <EmptyState
          icon={<IconSparkles size={32} stroke={1.3} />}
          title={t('enrichment.empty')}
          text={t('enrichment.empty_text')}
          action={buttons}
        />
      ) : (
        <Panel title={t('enrichment.sources')} lead={t('enrichment.sources_lead')} actions={buttons}>
          <ProblemAlert error={sources.error} retry={() => sources.refetch()} />
          {sources.isPending && <Skeleton h={80} />}
          {sources.data?.map((source) => (
            <SourceLine key={source.id} source={source} />
          ))}
        </Panel>
      )}
      {underWay.length > 0 && (
        <Panel title={t('enrichment.under_way')}>
          <EnrichJobs ids={underWay} />
        </Panel>
      )}
    </Stack>
  );
}

function SourceLine({ source }: { source: Source }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { content, trouble } = source;
  const most = content.quota.per_day;
  const used = format.number(source.used_today);
  return (
    <Link to="/enrichment-sources/$id" params={{ id: source.id }} className={classes.profile}>
      <div>
        <Text fw={600}>{content.name}</Text>
        <Text size="xs" c="dimmed">
          {t(`records.${content.on}.many`)} ·{' '}
          {most === null
            ? t('enrichment.used', { used })
            : t('enrichment.used_of', { used, most: format.number(most) })}
        </Text>
        {trouble && (
          <Text size="xs" c="var(--harm)">
            {textOr(t, `enrichment.reason.${trouble.reason}`, trouble.detail)}
            {source.paused_until &&
              ` ${t('enrichment.goes_on', { when: format.dateTime(source.paused_until) })}`}
          </Text>
        )}
      </div>
      <Badge variant="light" color={content.enabled ? undefined : 'gray'} tt="none">
        {t(content.enabled ? 'enrichment.on' : 'enrichment.off')}
      </Badge>
    </Link>
  );
}

/** A service of one's own, or the built-in source where it was taken away. */
function NewSource({ sources }: { sources: Source[] }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const admin = useCan('admin');
  const create = useMutation({
    mutationFn: async (website: boolean) => {
      const content = website
        ? await api.get<SourceContent>('/enrichment-providers/website-template')
        : firstSource(t('enrichment.first_name'));
      return api.post<Source>('/enrichment-providers', { content });
    },
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: ['/enrichment-providers'] });
      await navigate({ to: '/enrichment-sources/$id', params: { id: made.id } });
    },
  });
  if (!admin) return null;
  return (
    <Group gap="xs">
      <ProblemAlert error={create.error} />
      {!sources.some((source) => source.content.source === 'website') && (
        <Button variant="default" loading={create.isPending} onClick={() => create.mutate(true)}>
          {t('enrichment.add_website')}
        </Button>
      )}
      <Button loading={create.isPending} onClick={() => create.mutate(false)}>
        {t('enrichment.create')}
      </Button>
    </Group>
  );
}
