import { Skeleton, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/kit/format';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { ScrollTable } from '@/kit/ScrollTable';
import { reportQuery } from './objections';

/** Which objections come late that could be met in nurturing. */
export function EarlyReport() {
  const { t } = useTranslation();
  const format = useFormat();
  const report = useQuery(reportQuery);
  return (
    <Panel title={t('objections.tab.early')} lead={t('objections.early.lead')}>
      <ProblemAlert error={report.error} retry={() => report.refetch()} />
      {report.isPending && <Skeleton h={160} />}
      {report.data?.too_few && (
        <Text c="dimmed" mb="sm">
          {t('objections.early.too_few', { count: report.data.deals })}
        </Text>
      )}
      {report.data?.kinds.length === 0 && <Text c="dimmed">{t('objections.early.none')}</Text>}
      {report.data && report.data.kinds.length > 0 && (
        <ScrollTable minWidth={640} label={t('objections.tab.early')}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('offer.objection.kind_label')}</Table.Th>
                <Table.Th ta="end">{t('objections.early.early')}</Table.Th>
                <Table.Th ta="end">{t('objections.early.late')}</Table.Th>
                <Table.Th ta="end">{t('objections.early.could')}</Table.Th>
                <Table.Th ta="end">{t('objections.early.share')}</Table.Th>
                <Table.Th ta="end">{t('objections.early.pieces')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {report.data.kinds.map((one) => (
                <Table.Tr key={one.kind}>
                  <Table.Td>{t(`offer.objection.kind.${one.kind}`)}</Table.Td>
                  <Table.Td ta="end">{settled(one.early, one.early_settled)}</Table.Td>
                  <Table.Td ta="end">{settled(one.late, one.late_settled)}</Table.Td>
                  <Table.Td ta="end">{one.could_be_early || '–'}</Table.Td>
                  <Table.Td ta="end">{one.share == null ? '–' : format.percent(one.share, 0)}</Table.Td>
                  <Table.Td ta="end">{one.pieces}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </ScrollTable>
      )}
    </Panel>
  );
}

/** How many were raised, and of these how many they said are settled. */
function settled(raised: number, confirmed: number): string {
  return raised === 0 ? '–' : `${raised} (${confirmed})`;
}
