import { Badge, Button, Group, Skeleton, Text } from '@mantine/core';
import { IconTargetArrow } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import { useCan } from '@/app/session';
import { textOr } from '@/i18n/texts';
import { EmptyState } from '@/kit/EmptyState';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { type IcpProfile, icpProfilesQuery } from './icp';
import classes from './icp.module.css';

/** The ideal customer profiles of the workspace. */
export function IcpProfiles() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const manager = useCan('manager');
  const profiles = useQuery(icpProfilesQuery);
  const create = useMutation({
    mutationFn: (_asking: boolean) =>
      api.post<IcpProfile>('/icp-profiles', { name: t('prospecting.icp.first_name'), criteria: [] }),
    onSuccess: async (made, asking: boolean) => {
      await client.invalidateQueries({ queryKey: ['/icp-profiles'] });
      await navigate({ to: asking ? '/icp/$id/questions' : '/icp/$id', params: { id: made.id } });
    },
  });
  const button = (
    <Group gap="xs">
      <Button component={Link} to="/icp/learn" variant="default">
        {t('prospecting.learn.open')}
      </Button>
      {manager && (
        <>
          <Button variant="default" loading={create.isPending} onClick={() => create.mutate(false)}>
            {t('prospecting.icp.create')}
          </Button>
          <Button loading={create.isPending} onClick={() => create.mutate(true)}>
            {t('prospecting.questionnaire.open')}
          </Button>
        </>
      )}
    </Group>
  );
  if (profiles.data?.length === 0) {
    return (
      <EmptyState
        icon={<IconTargetArrow size={32} stroke={1.3} />}
        title={t('prospecting.icp.empty')}
        text={t('prospecting.icp.empty_text')}
        action={button}
      />
    );
  }
  return (
    <Panel title={t('prospecting.tab.icp')} actions={button}>
      <ProblemAlert error={profiles.error} retry={() => profiles.refetch()} />
      {profiles.isPending && <Skeleton h={80} />}
      {profiles.data?.map((profile) => (
        <Link key={profile.id} to="/icp/$id" params={{ id: profile.id }} className={classes.profile}>
          <Text fw={600}>{profile.name}</Text>
          <Group gap="xs">
            <Badge variant="light" color={profile.state === 'published' ? undefined : 'gray'} tt="none">
              {textOr(t, `prospecting.icp.state.${profile.state}`, profile.state)}
            </Badge>
            <Text c="dimmed" size="xs">
              {t('prospecting.icp.criteria_count', { count: profile.criteria.length })}
            </Text>
          </Group>
        </Link>
      ))}
    </Panel>
  );
}
