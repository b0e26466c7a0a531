import { Badge } from '@mantine/core';
import { IconMicroscope, IconUserQuestion } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { type Counted, waitingQuery } from '@/api/research';
import { useFormat } from '@/kit/format';
import classes from './duplicates.module.css';

/** Companies that fit and where nobody is known, the best first. */
const needy = { where: ['needs_people.eq.true'], sort: '-icp_score' };

/** The ways from the room to its research: the queue, and the companies that need people. */
export function ResearchLinks() {
  const { t } = useTranslation();
  const { data } = useQuery(waitingQuery);
  return (
    <>
      <Link to="/research" search={{}} className={classes.link}>
        <IconMicroscope size={14} aria-hidden />
        {t('prospecting.desk.title')}
        <Count of={data?.to_research} />
      </Link>
      <Link to="/companies" search={needy} className={classes.link}>
        <IconUserQuestion size={14} aria-hidden />
        {t('prospecting.people.needed')}
        <Count of={data?.needs_people} />
      </Link>
    </>
  );
}

function Count({ of }: { of: Counted | undefined }) {
  const format = useFormat();
  if (!of || of.count === 0) return null;
  return (
    <Badge size="sm" variant="light">
      {format.number(of.count)}
      {of.capped && '+'}
    </Badge>
  );
}
