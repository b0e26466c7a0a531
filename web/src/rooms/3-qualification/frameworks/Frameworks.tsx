import { Badge, Button, Group, Menu, Skeleton, Stack, Text } from '@mantine/core';
import { IconListCheck } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Framework } from '@/api/generated/model';
import { api } from '@/api/http';
import { useCan } from '@/app/session';
import { EmptyState } from '@/kit/EmptyState';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import classes from '@/kit/room.module.css';
import { said } from '../cockpit/talks';
import { frameworksQuery, noText, templatesQuery } from './frameworks';
import { StageFrameworks } from './StageFrameworks';

/** The workspace's frameworks, and which of them the stage of qualification opens. */
export function Frameworks() {
  const { t, i18n } = useTranslation();
  const frameworks = useQuery(frameworksQuery);
  const button = <NewFramework taken={frameworks.data?.map((one) => one.key) ?? []} />;
  if (frameworks.data?.length === 0)
    return (
      <EmptyState
        icon={<IconListCheck size={32} stroke={1.3} />}
        title={t('discovery.frameworks_empty')}
        text={t('discovery.frameworks_empty_text')}
        action={button}
      />
    );
  return (
    <Stack gap="lg">
      <Panel title={t('discovery.frameworks')} lead={t('discovery.frameworks_lead')} actions={button}>
        <ProblemAlert error={frameworks.error} retry={() => frameworks.refetch()} />
        {frameworks.isPending && <Skeleton h={80} />}
        {frameworks.data?.map((one) => (
          <Group key={one.id} className={classes.line} justify="space-between">
            <div>
              <Link to="/frameworks/$id" params={{ id: one.id }}>
                {said(one.outline.name, i18n.language)}
              </Link>
              <Text size="xs" c="dimmed">
                {t('discovery.question_count', { count: one.outline.questions.length })}
              </Text>
            </div>
            <Standing framework={one} />
          </Group>
        ))}
      </Panel>
      {frameworks.data && <StageFrameworks frameworks={frameworks.data} />}
    </Stack>
  );
}

/** Which version is published, and whether the working copy is ahead of it. */
export function Standing({ framework }: { framework: Framework }) {
  const { t } = useTranslation();
  return (
    <Group gap="xs">
      {framework.version > 0 && (
        <Badge variant="light" tt="none">
          {t('discovery.version', { number: framework.version })}
        </Badge>
      )}
      {framework.changed && (
        <Badge variant="light" tt="none" color="gray">
          {t('discovery.unpublished')}
        </Badge>
      )}
    </Group>
  );
}

/** From a framework that ships, or from one question. */
function NewFramework({ taken }: { taken: string[] }) {
  const { t, i18n } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const templates = useQuery(templatesQuery);
  const isManager = useCan('manager');
  const make = useMutation({
    mutationFn: (template: string | null) => {
      const free = (key: string) => (taken.includes(key) ? `${key}_${Date.now().toString(36)}` : key);
      const question = {
        key: 'question_1',
        ask: { en: 'How do you do this today?', ko: '지금은 어떻게 하고 계신가요?' },
      };
      const blank = {
        name: { en: t('discovery.new_name'), ko: t('discovery.new_name') },
        purpose: noText,
        questions: [question],
      };
      return api.post<Framework>(
        '/frameworks',
        template ? { key: free(template), template } : { key: free('own'), outline: blank },
      );
    },
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: ['/frameworks'] });
      await navigate({ to: '/frameworks/$id', params: { id: made.id } });
    },
  });
  if (!isManager) return null;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button loading={make.isPending}>{t('discovery.new_framework')}</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {templates.data?.map((one) => (
          <Menu.Item key={one.key} onClick={() => make.mutate(one.key)}>
            {said(one.outline.name, i18n.language)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => make.mutate(null)}>{t('discovery.from_nothing')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
