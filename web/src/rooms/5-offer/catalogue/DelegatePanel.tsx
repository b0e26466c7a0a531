import { Button, Group, Select, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/http';
import { membersQuery } from '@/api/records';
import { useCan, useMe } from '@/app/session';
import { DayInput } from '@/kit/fields/DayInput';
import { MemberName } from '@/kit/fields/FieldValue';
import { useFormat } from '@/kit/format';
import { Panel } from '@/kit/Page';
import { delegateQuery } from './catalogue';

/** Who agrees to offers in one's place while one is away. */
export function DelegatePanel() {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const me = useMe();
  const isManager = useCan('manager');
  const delegate = useQuery(delegateQuery);
  const members = useQuery(membersQuery);
  const [to, setTo] = useState<string | null>(null);
  const [until, setUntil] = useState<string | null>(null);
  const after = () => client.invalidateQueries({ queryKey: ['/offer-rules', 'delegate'] });
  const set = useMutation({
    mutationFn: () => api.put('/me/offer-delegate', { to_user_id: to, until_on: until }),
    onSuccess: after,
  });
  const end = useMutation({ mutationFn: () => api.delete('/me/offer-delegate'), onSuccess: after });
  if (!isManager) return null;
  return (
    <Panel title={t('offer.delegate.title')} lead={t('offer.delegate.lead')}>
      {delegate.data ? (
        <Group gap="xs">
          <MemberName id={delegate.data.to_user_id} />
          <Text c="dimmed">{t('offer.delegate.until', { day: format.date(delegate.data.until_on) })}</Text>
          <Button size="compact-sm" variant="subtle" onClick={() => end.mutate()}>
            {t('offer.delegate.end')}
          </Button>
        </Group>
      ) : (
        <Group gap="sm" align="flex-end">
          <Select
            w={220}
            label={t('offer.delegate.to')}
            data={(members.data ?? [])
              .filter((one) => one.user_id !== me?.user.id)
              .map((one) => ({ value: one.user_id, label: one.name }))}
            value={to}
            onChange={setTo}
          />
          <DayInput w={160} label={t('offer.delegate.last_day')} value={until} onChange={setUntil} />
          <Button disabled={!to || !until} loading={set.isPending} onClick={() => set.mutate()}>
            {t('kit.save')}
          </Button>
        </Group>
      )}
    </Panel>
  );
}
