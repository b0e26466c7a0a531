import { Badge, Button, Group, Skeleton, Text } from '@mantine/core';
import { IconSend } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import { useCan } from '@/app/session';
import { textOr } from '@/i18n/texts';
import { EmptyState } from '@/kit/EmptyState';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { type Sequence, sequencesQuery } from './outreach';
import classes from './outreach.module.css';

export function Sequences() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const canWrite = useCan('rep');
  const sequences = useQuery(sequencesQuery);
  // The first texts hold merge fields, which look like the marks of this page's own texts.
  const raw = (
    key: 'outreach.sequence.first_subject' | 'outreach.sequence.first_body' | 'outreach.sequence.second_body',
  ) => t(key, { skipInterpolation: true });
  const create = useMutation({
    mutationFn: () =>
      api.post<Sequence>('/sequences', {
        name: t('outreach.sequence.first_name'),
        goal: 'conversation',
        steps: [
          {
            delay_days: 0,
            subject: raw('outreach.sequence.first_subject'),
            body: raw('outreach.sequence.first_body'),
          },
          { delay_days: 3, subject: '', body: raw('outreach.sequence.second_body') },
        ],
      }),
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: ['/sequences'] });
      await navigate({ to: '/sequences/$id', params: { id: made.id } });
    },
  });
  const button = canWrite && (
    <Button loading={create.isPending} onClick={() => create.mutate()}>
      {t('outreach.sequence.create')}
    </Button>
  );
  if (sequences.data?.length === 0) {
    return (
      <EmptyState
        icon={<IconSend size={32} stroke={1.3} />}
        title={t('outreach.sequence.empty')}
        text={t('outreach.sequence.empty_text')}
        action={button}
      />
    );
  }
  return (
    <Panel title={t('outreach.tab.sequences')} actions={button}>
      <ProblemAlert error={sequences.error} retry={() => sequences.refetch()} />
      {sequences.isPending && <Skeleton h={80} />}
      {sequences.data?.map((sequence) => (
        <Group key={sequence.id} justify="space-between" className={classes.line}>
          <Link to="/sequences/$id" params={{ id: sequence.id }} className={classes.link}>
            {sequence.name}
          </Link>
          <Group gap="xs">
            <Badge variant="light" tt="none" color={sequence.state === 'active' ? undefined : 'gray'}>
              {textOr(t, `outreach.sequence.state.${sequence.state}`, sequence.state)}
            </Badge>
            <Text c="dimmed" size="xs">
              {[
                t('outreach.sequence.step_count', { count: sequence.steps.length }),
                t('outreach.sequence.running', { count: sequence.running }),
                t('outreach.sequence.replied', { count: sequence.replied }),
              ].join(' · ')}
            </Text>
          </Group>
        </Group>
      ))}
    </Panel>
  );
}
