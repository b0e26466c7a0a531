import { Anchor, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/kit/format';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { silentQuery } from './nurturing';
import classes from './nurturing.module.css';

/** Parked deals that heard nothing from us for more than 95 days. */
export function SilentDeals() {
  const { t } = useTranslation();
  const format = useFormat();
  const silent = useQuery(silentQuery);
  return (
    <Panel title={t('nurturing.silent.title')} lead={t('nurturing.silent.lead')}>
      <ProblemAlert error={silent.error} retry={() => silent.refetch()} />
      {silent.data?.length === 0 && <Text c="dimmed">{t('nurturing.silent.empty')}</Text>}
      {silent.data?.map((deal) => (
        <Group key={deal.id} justify="space-between" gap="xs" className={classes.line}>
          <Anchor
            renderRoot={(props) => <Link {...props} to="/deals/$id" params={{ id: deal.id }} search={{}} />}
          >
            {deal.name}
          </Anchor>
          <Text size="xs" c="dimmed">
            {t('nurturing.silent.since', { when: format.relative(deal.last_touch_at) })}
          </Text>
        </Group>
      ))}
    </Panel>
  );
}
