import { Progress, Stack, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import { Grade } from '@/kit/fields/FieldValue';
import { useFormat } from '@/kit/format';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import type { Criterion, IcpPreview } from './icp';
import classes from './icp.module.css';

const grades = ['A', 'B', 'C', 'D', '?'];

function Change({ now, then }: { now: number; then: number }) {
  const format = useFormat();
  if (now === then) return null;
  return (
    <Text span size="xs" c="dimmed">
      {` (${then > now ? '+' : '−'}${format.number(Math.abs(then - now))})`}
    </Text>
  );
}

/** What the criteria at hand would do: how many companies per grade, and the best of them. */
export function IcpPreviewPanel({ criteria }: { criteria: Criterion[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const preview = useQuery({
    queryKey: ['/icp-profiles', 'preview', criteria],
    queryFn: () => api.post<IcpPreview>('/icp-profiles/preview', { criteria }),
    enabled: criteria.length > 0,
    placeholderData: keepPreviousData,
    retry: false,
  });
  const total = Object.values(preview.data?.grades ?? {}).reduce((sum, count) => sum + count, 0);
  return (
    <div className={classes.preview}>
      <Panel title={t('prospecting.icp.preview')} lead={t('prospecting.icp.preview_lead')}>
        <ProblemAlert error={preview.error} />
        {preview.data && (
          <Stack gap="md">
            <div className={classes.bars}>
              {grades.map((grade) => {
                const count = preview.data.grades[grade] ?? 0;
                return (
                  <Fragment key={grade}>
                    <Grade grade={grade} />
                    <Progress value={total === 0 ? 0 : (100 * count) / total} size="sm" aria-label={grade} />
                    <Text size="xs">
                      {format.number(count)}
                      <Change now={preview.data.now.grades[grade] ?? 0} then={count} />
                    </Text>
                  </Fragment>
                );
              })}
            </div>
            <div>
              {preview.data.companies.map((company) => (
                <div key={company.id} className={classes.company}>
                  <Grade grade={company.grade} />
                  <Link to="/companies/$id" params={{ id: company.id }} search={{}}>
                    {company.name}
                  </Link>
                  <Text ml="auto" fw={600}>
                    {company.score}
                  </Text>
                </div>
              ))}
            </div>
          </Stack>
        )}
      </Panel>
    </div>
  );
}
