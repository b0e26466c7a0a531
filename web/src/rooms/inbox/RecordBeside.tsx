import { Anchor, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { ConversationRow, EnrolmentView } from '@/api/generated/model';
import { api } from '@/api/http';
import type { Company, Deal, Page, Person } from '@/api/model';
import { recordQuery } from '@/api/records';
import { textOr } from '@/i18n/texts';
import { Grade, Status } from '@/kit/fields/FieldValue';
import { useFormat } from '@/kit/format';
import { RecordSection } from '@/kit/record/RecordLayout';
import { Tasks } from '@/kit/record/Tasks';
import { titleOf } from '@/kit/titleOf';
import { NextStep } from '../records/NextStep';
import classes from './inbox.module.css';

/** Who wrote: the person, their company, the deal with its next step, and where they are in a sequence. */
export function RecordBeside({ row }: { row: ConversationRow }) {
  const { t } = useTranslation();
  return (
    <aside className={classes.aside} aria-label={t('inbox.beside')}>
      <PersonFacts id={row.person_id} />
      {row.company_id && <CompanyFacts id={row.company_id} />}
      {row.deal_id && row.deal_name && <DealFacts id={row.deal_id} />}
      <SequenceState person={row.person_id} />
      <Tasks about={{ person_id: row.person_id }} />
    </aside>
  );
}

function PersonFacts({ id }: { id: string }) {
  const { t } = useTranslation();
  const { data: person } = useQuery(recordQuery<Person>('person', id));
  if (!person) return null;
  return (
    <RecordSection title={t('inbox.about.person')}>
      <Link to="/people/$id" params={{ id }} search={{}} className={classes.name}>
        {titleOf(person)}
      </Link>
      <Facts of={[person.title]} />
      {person.email && (
        <Text size="xs" truncate>
          {person.email}
        </Text>
      )}
      {person.phone && (
        <Anchor size="xs" href={`tel:${person.phone}`}>
          {String(person.phone)}
        </Anchor>
      )}
    </RecordSection>
  );
}

function CompanyFacts({ id }: { id: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data: company } = useQuery(recordQuery<Company>('company', id));
  if (!company) return null;
  const people = typeof company.employees === 'number' ? company.employees : null;
  return (
    <RecordSection title={t('inbox.about.company')}>
      <Group gap={6} wrap="nowrap">
        <Link to="/companies/$id" params={{ id }} search={{}} className={classes.name}>
          {company.name}
        </Link>
        {typeof company.icp_grade === 'string' && <Grade grade={company.icp_grade} />}
      </Group>
      <Facts
        of={[
          typeof company.industry === 'string' ? company.industry : null,
          people === null ? null : t('inbox.employees', { count: people, shown: format.number(people) }),
          typeof company.city === 'string' ? company.city : null,
        ]}
      />
    </RecordSection>
  );
}

function Facts({ of }: { of: (string | null | undefined)[] }) {
  const said = of.filter(Boolean).join(' · ');
  return said ? (
    <Text size="xs" c="dimmed">
      {said}
    </Text>
  ) : null;
}

function DealFacts({ id }: { id: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const navigate = useNavigate();
  const { data: deal } = useQuery(recordQuery<Deal>('deal', id));
  if (!deal) return null;
  const toDeal = () => void navigate({ to: '/deals/$id', params: { id }, search: {} });
  return (
    <RecordSection title={t('inbox.about.deal')}>
      <Group gap={6} justify="space-between">
        <Link to="/deals/$id" params={{ id }} search={{}} className={classes.name}>
          {titleOf(deal)}
        </Link>
        {deal.status === 'open' ? (
          <Text size="xs" c="dimmed">
            {format.money(deal.value, true)}
          </Text>
        ) : (
          <Status status={deal.status} />
        )}
      </Group>
      <NextStep deal={deal} onRoom={toDeal} />
    </RecordSection>
  );
}

function SequenceState({ person }: { person: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data } = useQuery({
    queryKey: ['/enrolments', 'of', person],
    queryFn: () => api.get<Page<EnrolmentView>>(`/enrolments?limit=1&where=person_id.eq.${person}`),
  });
  const [enrolment] = data?.items ?? [];
  if (!enrolment) return null;
  const state = textOr(t, `inbox.enrolment.${enrolment.state}`, enrolment.state);
  const next = enrolment.next_run_at && t('inbox.next_mail', { when: format.moment(enrolment.next_run_at) });
  return (
    <RecordSection title={t('inbox.sequence')}>
      <Link to="/sequences/$id" params={{ id: enrolment.sequence_id }} search={{}} className={classes.name}>
        {enrolment.sequence_name}
      </Link>
      <Facts of={[state, t('inbox.steps_done', { count: enrolment.step }), next || null]} />
    </RecordSection>
  );
}
