import { Alert, Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { membersQuery } from '@/api/records';
import type { Desk } from '@/api/research';
import { useCan, useMe } from '@/app/session';
import { useFormat } from '@/kit/format';

/** Says when a colleague is at work on the company, or what was decided on it, with the way back. */
export function Standing({ desk, onBack }: { desk: Desk; onBack: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const me = useMe();
  const canWrite = useCan('rep');
  const { data: members } = useQuery(membersQuery);
  const name = (id: string | null) => members?.find((one) => one.user_id === id)?.name ?? '';
  const { state, reason, wake_at, held_by, decided_by } = desk.standing;
  if (held_by && held_by !== me?.user.id) {
    return (
      <Alert color="yellow" p="xs">
        {t('prospecting.desk.held', { name: name(held_by) })}
      </Alert>
    );
  }
  if (state === 'open') return null;
  return (
    <Alert color="gray" p="xs">
      <Group justify="space-between" gap="xs">
        <Text>
          {t(`prospecting.desk.state.${state}`, { name: name(decided_by), when: format.moment(wake_at) })}
          {reason && ` ${reason}`}
        </Text>
        {canWrite && (
          <Button size="compact-xs" variant="default" onClick={onBack}>
            {t('prospecting.desk.put_back')}
          </Button>
        )}
      </Group>
    </Alert>
  );
}
