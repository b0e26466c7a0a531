import { Anchor, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { gapsQuery } from './nurturing';
import classes from './nurturing.module.css';

/** Challenges of open deals nobody has a story for. */
export function Gaps() {
  const { t } = useTranslation();
  const gaps = useQuery(gapsQuery);
  if (gaps.data?.length === 0) return null;
  return (
    <Panel title={t('nurturing.gaps.title')} lead={t('nurturing.gaps.lead')}>
      <ProblemAlert error={gaps.error} retry={() => gaps.refetch()} />
      {gaps.data?.map((gap) => (
        <div key={gap.challenge} className={classes.line}>
          <Text fw={600}>{gap.challenge}</Text>
          <Group gap="xs">
            {gap.deals.map((deal) => (
              <Anchor
                key={deal.id}
                size="xs"
                renderRoot={(props) => (
                  <Link {...props} to="/deals/$id" params={{ id: deal.id }} search={{}} />
                )}
              >
                {deal.name}
              </Anchor>
            ))}
          </Group>
        </div>
      ))}
    </Panel>
  );
}
