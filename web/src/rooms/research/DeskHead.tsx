import { Group, Switch, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { type Counted, waitingQuery } from '@/api/research';
import { useFormat } from '@/kit/format';
import classes from '../1-prospecting/research.module.css';

/** What this page is for, how much waits, and whose companies are asked for. */
export function DeskHead({ queue, mine = false }: { queue?: boolean; mine?: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const navigate = useNavigate();
  const { data } = useQuery(waitingQuery);
  const shown = (counted: Counted) => `${format.number(counted.count)}${counted.capped ? '+' : ''}`;
  return (
    <header className={classes.head}>
      <Text size="xs" c="dimmed">
        <Link to="/rooms/$stage" params={{ stage: 'prospecting' }} search={{}}>
          {t('stage.prospecting.name')}
        </Link>
      </Text>
      <Group justify="space-between" gap="xs">
        <Group gap="md" align="baseline">
          <Title order={1}>{t('prospecting.desk.title')}</Title>
          {data && (
            <Text size="xs" c="dimmed">
              {t('prospecting.desk.waiting', { shown: shown(data.to_research) })}
            </Text>
          )}
        </Group>
        {queue ? (
          <Switch
            label={t('prospecting.desk.mine')}
            checked={mine}
            onChange={(event) =>
              navigate({ to: '/research', search: { mine: event.currentTarget.checked || undefined } })
            }
          />
        ) : (
          <Link to="/research" search={{}}>
            {t('prospecting.desk.to_queue')}
          </Link>
        )}
      </Group>
    </header>
  );
}
