import { List, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/kit/format';
import { Panel } from '@/kit/Page';
import { emptyFacts, type Learned } from './learn';
import { useFactName } from './useFactName';

const mostNamed = 5;

/** That nothing was found is a finding: what it means, what could not have been seen, and what to do next. */
export function NothingFound({ learned }: { learned: Learned }) {
  const { t } = useTranslation();
  const format = useFormat();
  const factName = useFactName();
  const reason = learned.reason_code ?? 'nothing_separates';
  const empty = emptyFacts(learned.fields, learned.refused).slice(0, mostNamed);
  const { visible } = learned;
  const points = (share: number) => format.number(share * 100, 1);
  return (
    <Panel title={t(`prospecting.learn.reason.${reason}.title`)}>
      <Text maw={640}>{t(`prospecting.learn.reason.${reason}.text`)}</Text>
      {visible && (
        <Text maw={640} mt="xs">
          {t('prospecting.learn.visible', {
            n: format.number(visible.n),
            points: points(visible.difference),
          })}
        </Text>
      )}
      <Text fw={600} mt="md">
        {t('prospecting.learn.next')}
      </Text>
      <List maw={640} spacing={4} size="sm">
        {reason === 'nothing_separates' && <List.Item>{t('prospecting.learn.next_keep')}</List.Item>}
        {empty.length > 0 && (
          <List.Item>
            {t('prospecting.learn.next_fill', {
              facts: empty
                .map(({ field, known }) => `${factName(field)} (${format.percent(known, 0)})`)
                .join(', '),
            })}
          </List.Item>
        )}
        {learned.needed.map(({ difference, per_group }) => (
          <List.Item key={difference}>
            {t('prospecting.learn.needed', { points: points(difference), deals: format.number(per_group) })}
          </List.Item>
        ))}
        <List.Item>
          <Link to="/imports">{t('prospecting.learn.next_import')}</Link>
        </List.Item>
      </List>
    </Panel>
  );
}
