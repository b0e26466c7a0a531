import { ActionIcon, Button, Group, Menu, Skeleton, Stack, Text } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconDotsVertical, IconMap2 } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import { membersQuery } from '@/api/records';
import { useCan } from '@/app/session';
import { askFirst } from '@/kit/askFirst';
import { EmptyState } from '@/kit/EmptyState';
import { notifyProblem } from '@/kit/notify';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { ApplyTerritories } from './ApplyTerritories';
import { shifted, type Territory, territoriesQuery } from './territory';
import classes from './territory.module.css';

/** The territories in the order in which they are tried, and their putting into force. */
export function Territories() {
  const { t } = useTranslation();
  const manager = useCan('manager');
  const territories = useQuery(territoriesQuery);
  const all = territories.data ?? [];
  const create = manager && (
    <Button renderRoot={(props) => <Link to="/territories/$id" params={{ id: 'new' }} {...props} />}>
      {t('prospecting.territory.create')}
    </Button>
  );
  if (territories.data?.length === 0) {
    return (
      <EmptyState
        icon={<IconMap2 size={32} stroke={1.3} />}
        title={t('prospecting.territory.empty')}
        text={t('prospecting.territory.empty_text')}
        action={create}
      />
    );
  }
  return (
    <Stack gap="md">
      <Panel
        title={t('prospecting.tab.territories')}
        lead={t('prospecting.territory.order')}
        actions={create}
      >
        <ProblemAlert error={territories.error} retry={() => territories.refetch()} />
        {territories.isPending && <Skeleton h={80} />}
        {all.map((territory, index) => (
          <Row key={territory.id} territory={territory} index={index} all={all} manager={manager} />
        ))}
      </Panel>
      {manager && all.length > 0 && <ApplyTerritories />}
    </Stack>
  );
}

interface RowProps {
  territory: Territory;
  index: number;
  all: Territory[];
  manager: boolean;
}

function Row({ territory, index, all, manager }: RowProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const owner = useQuery(membersQuery).data?.find((one) => one.user_id === territory.owner_id);
  const write = useMutation({
    mutationFn: (work: () => Promise<unknown>) => work(),
    onError: notifyProblem,
    onSettled: () => client.invalidateQueries({ queryKey: ['/territories'] }),
  });
  const shift = (step: -1 | 1) => {
    client.setQueryData(territoriesQuery.queryKey, shifted(all, index, step));
    write.mutate(() => api.patch(`/territories/${territory.id}`, { position: index + step }));
  };
  const remove = () =>
    askFirst({
      title: t('prospecting.territory.remove'),
      text: t('prospecting.territory.remove_text', { name: territory.name }),
      confirm: t('prospecting.territory.remove'),
      onConfirm: () => write.mutate(() => api.delete(`/territories/${territory.id}`)),
    });
  return (
    <div className={classes.row}>
      <Text c="dimmed">{index + 1}</Text>
      <div>
        <Link to="/territories/$id" params={{ id: territory.id }}>
          {territory.name}
        </Link>
        <Text size="sm">{territory.purpose}</Text>
        <Text size="xs" c="dimmed">
          {`${owner?.name ?? t('prospecting.territory.gone')} · ${t(`prospecting.territory.methods.${territory.method}`)}`}
        </Text>
      </div>
      {manager && (
        <Group gap={2} wrap="nowrap">
          <ActionIcon
            variant="subtle"
            color="gray"
            disabled={index === 0}
            onClick={() => shift(-1)}
            aria-label={t('prospecting.territory.earlier', { name: territory.name })}
          >
            <IconArrowUp size={14} />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            color="gray"
            disabled={index === all.length - 1}
            onClick={() => shift(1)}
            aria-label={t('prospecting.territory.later', { name: territory.name })}
          >
            <IconArrowDown size={14} />
          </ActionIcon>
          <Menu>
            <Menu.Target>
              <ActionIcon variant="subtle" color="gray" aria-label={`${t('kit.more')}: ${territory.name}`}>
                <IconDotsVertical size={14} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item c="var(--harm)" onClick={remove}>
                {t('prospecting.territory.remove')}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </Group>
      )}
    </div>
  );
}
