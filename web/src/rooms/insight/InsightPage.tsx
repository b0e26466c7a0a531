import { Group, SegmentedControl, Select, Skeleton, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import { DayInput } from '@/kit/fields/DayInput';
import { useFormat } from '@/kit/format';
import { Page } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { BeforeAfter, type Version } from './BeforeAfter';
import { ChannelHoursMap } from './ChannelHoursMap';
import { ChannelReport } from './ChannelReport';
import classes from './insight.module.css';
import { RateLine } from './RateLine';
import { daysBefore, rateKeys, ratesQuery, type View } from './rates';

const firstSpanDays = 365;

/** The five rates of the cycle, each with numerator, denominator and interval. */
export function InsightPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const navigate = useNavigate({ from: '/insight' });
  const search = useSearch({ from: '/app/insight' });
  const to = search.to ?? format.today();
  const query = {
    to,
    from: search.from ?? daysBefore(to, firstSpanDays),
    version: search.version,
    view: (search.view === 'period' ? 'period' : 'cohort') as View,
  };
  const rates = useQuery({ ...ratesQuery(query), placeholderData: keepPreviousData });
  const versions = useQuery({
    queryKey: ['/process', 'versions'],
    queryFn: () => api.get<Version[]>('/process/versions'),
  });
  const [after, before] = [...(versions.data ?? [])]
    .filter((one) => one.published_at)
    .sort((one, other) => other.number - one.number);
  const change = (next: Partial<typeof search>) =>
    navigate({ search: (old) => ({ ...old, ...next }), replace: true });
  return (
    <Page title={t('insight.title')} lead={t('insight.lead')}>
      <Group gap="sm" align="flex-end">
        <DayInput
          w={150}
          label={t('insight.from')}
          value={query.from}
          maxDate={query.to}
          onChange={(day) => change({ from: day ?? undefined })}
        />
        <DayInput
          w={150}
          label={t('insight.to')}
          value={query.to}
          minDate={query.from}
          onChange={(day) => change({ to: day ?? undefined })}
        />
        <Select
          clearable
          w={170}
          label={t('insight.version')}
          placeholder={t('insight.all_versions')}
          data={(versions.data ?? []).map((one) => ({
            value: one.id,
            label: t('settings.process.version', { number: one.number }),
          }))}
          value={query.version ?? null}
          onChange={(version) => change({ version: version ?? undefined })}
        />
        <SegmentedControl
          aria-label={t('insight.view')}
          value={query.view}
          onChange={(view) => change({ view })}
          data={(['cohort', 'period'] as const).map((view) => ({
            value: view,
            label: t(`insight.views.${view}`),
          }))}
        />
      </Group>
      <Text c="dimmed" mt="calc(-1 * var(--mantine-spacing-sm))">
        {t(`insight.explain.${query.view}`)}
      </Text>
      <ProblemAlert error={rates.error} retry={() => rates.refetch()} />
      {rates.isPending && <Skeleton h={320} />}
      {rates.data && (
        <ol className={classes.rates} aria-label={t('insight.title')}>
          {rateKeys.map((key, index) => {
            const rate = rates.data.rates.find((one) => one.rate === key);
            return rate && <RateLine key={key} rate={rate} number={index + 1} />;
          })}
        </ol>
      )}
      {!query.version && after && before && <BeforeAfter before={before} after={after} query={query} />}
      <ChannelReport from={query.from} to={query.to} />
      <ChannelHoursMap />
    </Page>
  );
}
