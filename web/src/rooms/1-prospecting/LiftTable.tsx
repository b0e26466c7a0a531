import { Badge, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/kit/format';
import { Panel } from '@/kit/Page';
import { groupName, type LearnedGroup, liftScale, place, shownP } from './learn';
import classes from './learn.module.css';
import { useFactName } from './useFactName';

/** Every test of the run: the lift of each group as a mark in its interval, with the figures beside it. */
export function LiftTable({ findings }: { findings: LearnedGroup[] }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const factName = useFactName();
  const scale = liftScale(findings);
  return (
    <Panel title={t('prospecting.learn.tests')} lead={t('prospecting.learn.tests_lead')}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
      <section className={classes.scroll} tabIndex={0} aria-label={t('prospecting.learn.tests')}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('prospecting.learn.column.group')}</Table.Th>
              <Table.Th ta="end">{t('prospecting.learn.column.won')}</Table.Th>
              <Table.Th ta="end">{t('prospecting.learn.column.companies')}</Table.Th>
              <Table.Th className={classes.picture}>{t('prospecting.learn.column.picture')}</Table.Th>
              <Table.Th ta="end">{t('prospecting.learn.column.lift')}</Table.Th>
              <Table.Th ta="end">{t('prospecting.learn.column.p')}</Table.Th>
              <Table.Th ta="end">{t('prospecting.learn.column.q')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {findings.map((finding) => (
              <Table.Tr key={`${finding.field} ${finding.value}`}>
                <Table.Td>
                  <Text size="xs" c="dimmed">
                    {factName(finding.field)}
                  </Text>
                  {groupName(t, i18n.language, finding)}
                  {finding.bigger_not_likelier && (
                    <Badge ml="xs" variant="light" color="gray" c="var(--mantine-color-text)" tt="none">
                      {t('prospecting.learn.bigger')}
                    </Badge>
                  )}
                </Table.Td>
                <Table.Td ta="end">{`${format.number(finding.k)} / ${format.number(finding.n)}`}</Table.Td>
                <Table.Td ta="end">{format.number(finding.companies)}</Table.Td>
                <Table.Td>
                  <LiftBar finding={finding} scale={scale} />
                </Table.Td>
                <Table.Td ta="end">
                  {format.number(finding.lift)}
                  <Text size="xs" c="dimmed">
                    {`${format.number(finding.interval.low)}–${format.number(finding.interval.high)}`}
                  </Text>
                </Table.Td>
                <Table.Td ta="end">{shownP(format, finding.p)}</Table.Td>
                <Table.Td ta="end">{shownP(format, finding.q)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </section>
    </Panel>
  );
}

interface LiftBarProps {
  finding: LearnedGroup;
  scale: { from: number; to: number };
}

/** One line of the picture: the interval, the lift in it, and the line of no difference. The cells beside it say the same. */
function LiftBar({ finding, scale }: LiftBarProps) {
  const at = (lift: number) => `${place(lift, scale) * 100}%`;
  const { low, high } = finding.interval;
  const apart = low > 1 || high < 1;
  return (
    <div aria-hidden className={classes.lift} data-apart={apart || undefined}>
      <span className={classes.even} style={{ insetInlineStart: at(1) }} />
      <span
        className={classes.interval}
        style={{
          insetInlineStart: at(low),
          inlineSize: `${(place(high, scale) - place(low, scale)) * 100}%`,
        }}
      />
      <span className={classes.mark} style={{ insetInlineStart: at(finding.lift) }} />
    </div>
  );
}
