import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { membersQuery } from '@/api/records';
import { useMe } from '@/app/session';
import classes from './cycle.module.css';

interface OwnerFilterProps {
  owner?: string;
  onOwner: (owner: string | undefined) => void;
}

/** Whose deals the board shows: everybody's, one's own, or a colleague's. */
export function OwnerFilter({ owner, onOwner }: OwnerFilterProps) {
  const { t } = useTranslation();
  const me = useMe();
  const { data } = useQuery(membersQuery);
  const others = (data ?? []).filter((one) => one.user_id !== me?.user.id);
  const mine = me ? [{ value: me.user.id, label: t('cycle.my_deals') }] : [];
  return (
    <Select
      className={classes.choose}
      searchable={others.length > 8}
      clearable
      aria-label={t('cycle.owner')}
      placeholder={t('cycle.all_owners')}
      data={[...mine, ...others.map((one) => ({ value: one.user_id, label: one.name }))]}
      value={owner ?? null}
      onChange={(next) => onOwner(next ?? undefined)}
    />
  );
}
