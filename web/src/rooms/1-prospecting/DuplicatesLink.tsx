import { Badge } from '@mantine/core';
import { IconArrowMerge } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/kit/format';
import { overviewQuery } from './duplicates';
import classes from './duplicates.module.css';

/** The way from the room to its duplicates, with the count of pairs to decide. */
export function DuplicatesLink() {
  const { t } = useTranslation();
  const format = useFormat();
  const { data } = useQuery(overviewQuery);
  const open = data?.reduce((sum, one) => sum + one.open, 0) ?? 0;
  const busiest = data?.reduce((best, one) => (one.open > best.open ? one : best));
  return (
    <Link to="/duplicates" search={{ kind: busiest?.kind }} className={classes.link}>
      <IconArrowMerge size={14} aria-hidden />
      {t('prospecting.duplicates.title')}
      {open > 0 && (
        <Badge size="sm" variant="light">
          {format.number(open)}
        </Badge>
      )}
    </Link>
  );
}
