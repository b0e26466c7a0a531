import { Anchor, Badge, Group, Skeleton, Stack, Text } from '@mantine/core';
import { IconMessageQuestion } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '@/kit/EmptyState';
import { useFormat } from '@/kit/format';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import classes from '@/kit/room.module.css';
import { openObjectionsQuery } from './objections';
import { Proposals } from './Proposals';

/** Every objection that waits, the one that waits longest first, and what may be one. */
export function OpenObjections() {
  const { t } = useTranslation();
  const format = useFormat();
  const all = useQuery(openObjectionsQuery);
  return (
    <Stack gap="lg">
      <Proposals of={{}} />
      <Panel title={t('objections.tab.open')} lead={t('objections.open_lead')}>
        <ProblemAlert error={all.error} retry={() => all.refetch()} />
        {all.isPending && <Skeleton h={120} />}
        {all.data?.length === 0 && (
          <EmptyState
            icon={<IconMessageQuestion size={32} stroke={1.3} />}
            title={t('objections.none_open')}
            text={t('objections.none_open_text')}
          />
        )}
        {all.data?.map((one) => (
          <div key={one.id} className={classes.line}>
            <Group gap="xs">
              <Badge variant="light" color="gray" tt="none">
                {t(`offer.objection.kind.${one.real_kind ?? one.stated_kind}`)}
              </Badge>
              <Badge variant="light" tt="none">
                {t(`offer.objection.state.${one.state}`)}
              </Badge>
              <Anchor
                size="sm"
                renderRoot={(props) => (
                  <Link {...props} to="/deals/$id" params={{ id: one.deal_id }} search={{}} />
                )}
              >
                {one.deal_name}
              </Anchor>
              <Text size="xs" c="dimmed">
                {[one.person_name, one.company_name, format.relative(one.raised_at)]
                  .filter(Boolean)
                  .join(' · ')}
              </Text>
            </Group>
            <Text className={classes.quote} mt={4}>
              {one.stated}
            </Text>
          </div>
        ))}
      </Panel>
    </Stack>
  );
}
