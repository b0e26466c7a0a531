import { Anchor, Collapse, Group, Skeleton, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconClock } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Clock } from '@/api/generated/model';
import { membersQuery } from '@/api/records';
import { EmptyState } from '@/kit/EmptyState';
import { useFormat } from '@/kit/format';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { clocksQuery } from './nurturing';
import classes from './nurturing.module.css';

/** How fast each of us answered in the last 90 days. Trust is made of this. */
export function ResponseTimes() {
  const { t } = useTranslation();
  const clocks = useQuery(clocksQuery);
  if (clocks.isPending) return <Skeleton h={120} />;
  if (clocks.isError) return <ProblemAlert error={clocks.error} retry={() => clocks.refetch()} />;
  if (clocks.data.length === 0)
    return (
      <EmptyState
        icon={<IconClock size={32} stroke={1.3} />}
        title={t('nurturing.clock.empty')}
        text={t('nurturing.clock.empty_text')}
      />
    );
  return (
    <Panel title={t('nurturing.clock.title')} lead={t('nurturing.clock.lead')}>
      {clocks.data.map((one) => (
        <Line key={one.user_id} one={one} />
      ))}
    </Panel>
  );
}

function Line({ one }: { one: Clock }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [shown, { toggle }] = useDisclosure(false);
  const members = useQuery(membersQuery).data;
  const name = members?.find((member) => member.user_id === one.user_id)?.name ?? t('nurturing.clock.gone');
  const hours = (seconds: number) => format.number(seconds / 3600, 1);
  return (
    <div className={classes.line}>
      <Group justify="space-between" gap="xs">
        <Text fw={600}>{name}</Text>
        <Anchor component="button" type="button" size="xs" aria-expanded={shown} onClick={toggle}>
          {t('nurturing.clock.mails', { count: one.answered + one.waiting })}
        </Anchor>
      </Group>
      <Text size="xs" c={one.waiting > 0 ? 'var(--warn)' : 'dimmed'}>
        {[
          one.median_seconds == null
            ? t('nurturing.clock.none_answered')
            : t('nurturing.questions.median', { hours: hours(one.median_seconds), count: one.answered }),
          ...(one.waiting > 0 ? [t('nurturing.questions.waiting', { count: one.waiting })] : []),
        ].join(' · ')}
      </Text>
      <Collapse expanded={shown}>
        {shown && (
          <div className={classes.rows}>
            {one.items.map((mail) => (
              <Group key={mail.id} gap="xs" justify="space-between" wrap="nowrap">
                <Anchor
                  size="xs"
                  truncate
                  renderRoot={(props) => (
                    <Link {...props} to="/people/$id" params={{ id: mail.person_id }} search={{}} />
                  )}
                >
                  {`${mail.person_name} · ${mail.subject}`}
                </Anchor>
                <Text size="xs" c="dimmed">
                  {[
                    format.moment(mail.asked_at),
                    mail.answered_at
                      ? t('nurturing.questions.after', {
                          hours: hours((Date.parse(mail.answered_at) - Date.parse(mail.asked_at)) / 1000),
                        })
                      : t('nurturing.questions.open'),
                  ].join(' · ')}
                </Text>
              </Group>
            ))}
          </div>
        )}
      </Collapse>
    </div>
  );
}
