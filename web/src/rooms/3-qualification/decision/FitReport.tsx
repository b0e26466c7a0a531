import { Anchor, Button, Group, Skeleton, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FitPeriod, PaperFitReason, FitReport as Report } from '@/api/generated/model';
import { textOr } from '@/i18n/texts';
import { useFormat } from '@/kit/format';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { ScrollTable } from '@/kit/ScrollTable';
import { behindQuery, reportQuery } from './decisions';

/** How many fit, beside the team's own history; and who fitted on paper and failed in the talk. */
export function FitReport() {
  const report = useQuery(reportQuery);
  if (report.isPending) return <Skeleton h={200} />;
  if (report.isError) return <ProblemAlert error={report.error} retry={() => report.refetch()} />;
  return (
    <Stack gap="lg">
      <Rates report={report.data} />
      <PaperFits report={report.data} />
    </Stack>
  );
}

function Rates({ report }: { report: Report }) {
  const { t } = useTranslation();
  return (
    <Panel title={t('discovery.report.rate')} lead={t('discovery.report.rate_lead')}>
      <Text mb="sm">{t(`discovery.report.history.${report.against_history}`)}</Text>
      <ScrollTable label={t('discovery.report.rate')} minWidth={420}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('discovery.report.period')}</Table.Th>
              <Table.Th ta="end">{t('discovery.report.qualified')}</Table.Th>
              <Table.Th ta="end">{t('discovery.report.disqualified')}</Table.Th>
              <Table.Th ta="end">{t('discovery.report.share')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {report.periods.map((one) => (
              <Period key={one.from} one={one} />
            ))}
          </Table.Tbody>
        </Table>
      </ScrollTable>
    </Panel>
  );
}

/** One period; its numbers open to the deals behind them. */
function Period({ one }: { one: FitPeriod }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [open, setOpen] = useState<boolean | null>(null);
  const opener = (fits: boolean, count: number) =>
    count === 0 ? (
      count
    ) : (
      <Anchor
        component="button"
        type="button"
        aria-expanded={open === fits}
        aria-label={`${t(fits ? 'discovery.report.qualified' : 'discovery.report.disqualified')}: ${count}`}
        onClick={() => setOpen(open === fits ? null : fits)}
      >
        {count}
      </Anchor>
    );
  return (
    <>
      <Table.Tr>
        <Table.Td>{`${format.date(one.from.slice(0, 10))} – ${format.date(one.to.slice(0, 10))}`}</Table.Td>
        <Table.Td ta="end">{opener(true, one.qualified)}</Table.Td>
        <Table.Td ta="end">{opener(false, one.disqualified)}</Table.Td>
        <Table.Td ta="end">
          {one.rate == null || one.low == null || one.high == null
            ? '—'
            : `${format.percent(one.rate, 0)} (${format.percent(one.low, 0)} – ${format.percent(one.high, 0)})`}
        </Table.Td>
      </Table.Tr>
      {open !== null && (
        <Table.Tr>
          <Table.Td colSpan={4}>
            <PeriodDeals one={one} fits={open} />
          </Table.Td>
        </Table.Tr>
      )}
    </>
  );
}

function PeriodDeals({ one, fits }: { one: FitPeriod; fits: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const rows = useQuery(behindQuery(one, fits));
  if (rows.isPending) return <Skeleton h={40} />;
  if (rows.isError) return <ProblemAlert error={rows.error} retry={() => rows.refetch()} />;
  return rows.data.map((row) => (
    <Text key={`${row.deal_id}${row.at}`} size="sm">
      <Link to="/deals/$id" params={{ id: row.deal_id }} search={{}}>
        {row.deal_name}
      </Link>
      <Text span c="dimmed">
        {[
          '',
          row.company_name,
          row.reason
            ? textOr(t, `cycle.misfit.${row.reason}`, row.reason)
            : textOr(t, `cycle.move.${row.kind}`, row.kind),
          format.moment(row.at),
        ]
          .filter((part) => part != null)
          .join(' · ')}
      </Text>
    </Text>
  ));
}

function PaperFits({ report }: { report: Report }) {
  const { t } = useTranslation();
  return (
    <Panel title={t('discovery.report.paper')} lead={t('discovery.report.paper_lead')}>
      {report.paper_fits.length === 0 && <Text c="dimmed">{t('discovery.report.paper_none')}</Text>}
      {report.paper_fits.map((one) => (
        <Reason key={one.reason} one={one} />
      ))}
    </Panel>
  );
}

/** One reason; its number opens to the deals behind it. */
function Reason({ one }: { one: PaperFitReason }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [open, setOpen] = useState(false);
  return (
    <div>
      <Group justify="space-between">
        <Text>{textOr(t, `cycle.misfit.${one.reason}`, one.reason)}</Text>
        <Button size="compact-sm" variant="subtle" onClick={() => setOpen(!open)} aria-expanded={open}>
          {t('discovery.report.deals', { count: one.count })}
        </Button>
      </Group>
      {open &&
        one.deals.map((deal) => (
          <Text key={deal.deal_id} size="sm" pl="md">
            <Link to="/deals/$id" params={{ id: deal.deal_id }} search={{}}>
              {deal.deal_name}
            </Link>
            <Text span c="dimmed">
              {` · ${deal.grade} · ${t(`stage.${deal.stage as 'qualification'}.name`)} · ${format.moment(deal.at)}`}
            </Text>
          </Text>
        ))}
    </div>
  );
}
