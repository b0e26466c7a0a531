import { Select, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { membersQuery } from '@/api/records';
import { useFormat } from '@/kit/format';
import { Page, Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import { ScaleBar } from '@/kit/ScaleBar';
import { ScrollTable } from '@/kit/ScrollTable';
import { Listening } from './Listening';
import { type Head, talksQuery } from './talk';
import classes from './talk.module.css';

/** How the talks of a member went, the newest first; each opens. */
export function TalksPage() {
  const { t } = useTranslation();
  const { who } = useSearch({ from: '/app/talks' });
  const navigate = useNavigate();
  const { data: members } = useQuery(membersQuery);
  const { data, error } = useQuery(talksQuery({ user: who }));
  const name = members?.find((one) => one.user_id === who)?.name ?? '';
  return (
    <Page title={t('talk.title')} lead={t('talk.trend_lead')} wide>
      <Select
        maw={280}
        label={t('talk.who')}
        clearable
        placeholder={t('talk.all')}
        value={who ?? null}
        onChange={(next) => navigate({ to: '/talks', search: next ? { who: next } : {} })}
        data={members?.map((one) => ({ value: one.user_id, label: one.name })) ?? []}
      />
      <ProblemAlert error={error} />
      {data?.listening && who && <Listening said={data.listening} user={who} name={name} />}
      {data && (
        <Panel title={t('talk.n', { count: data.n })}>
          {data.n === 0 ? (
            <Text c="dimmed">{who ? t('talk.none_of', { name }) : t('talk.none')}</Text>
          ) : (
            <Trend talks={data.items} />
          )}
        </Panel>
      )}
    </Page>
  );
}

function Trend({ talks }: { talks: Head[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const seconds = (n: number | undefined) =>
    n === undefined ? '' : t('talk.seconds', { n: format.number(n, 1) });
  return (
    <ScrollTable label={t('talk.title')} minWidth={640}>
      <Table className={classes.trend}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('talk.title')}</Table.Th>
            <Table.Th>{t('talk.measure.share')}</Table.Th>
            <Table.Th>{t('talk.measure.longest')}</Table.Th>
            <Table.Th>{t('talk.measure.patience')}</Table.Th>
            <Table.Th>{t('talk.measure.questions')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {talks.map(({ id, held_at, person_name, company_name, talk }) => (
            <Table.Tr key={id}>
              <Table.Td>
                <Link to="/talks/$id" params={{ id }}>
                  {format.dateTime(held_at)}
                </Link>
                <Text size="xs" c="dimmed">
                  {person_name ?? company_name}
                </Text>
              </Table.Td>
              <Table.Td miw={140}>
                {talk && talk.share !== null && (
                  <>
                    {format.percent(talk.share, 0)}
                    <ScaleBar
                      label={t('talk.measure.share')}
                      color="var(--mantine-primary-color-6)"
                      value={talk.share}
                      interval={null}
                    />
                  </>
                )}
              </Table.Td>
              <Table.Td>{seconds(talk?.longest_monologue?.rep)}</Table.Td>
              <Table.Td>
                {talk?.patience?.too_few
                  ? t('talk.few', { count: talk.patience.changes })
                  : seconds(talk?.patience?.mean)}
              </Table.Td>
              <Table.Td>{talk ? format.number(talk.questions.rep, 0) : ''}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollTable>
  );
}
