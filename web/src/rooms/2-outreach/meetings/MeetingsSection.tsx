import { Badge, Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { IconCalendarPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MeetingKind } from '@/api/generated/model';
import { useCan, useMe } from '@/app/session';
import { CopyField } from '@/kit/CopyField';
import { EmptyState } from '@/kit/EmptyState';
import { Panel } from '@/kit/Page';
import { ProblemAlert } from '@/kit/ProblemAlert';
import classes from '../outreach.module.css';
import { HoursForm } from './HoursForm';
import { KindForm } from './KindForm';
import { bookingUrl, hoursQuery, kindsQuery, placeOf } from './meetings';

/** When others can meet this member, and the pages on which they book it. */
export function MeetingsSection() {
  const hours = useQuery(hoursQuery);
  return (
    <Stack gap="md">
      <Kinds />
      <ProblemAlert error={hours.error} retry={() => hours.refetch()} />
      {hours.isPending && <Skeleton h={200} />}
      {hours.data && <HoursForm key={hours.data.revision} hours={hours.data} />}
    </Stack>
  );
}

function Kinds() {
  const { t } = useTranslation();
  const canWrite = useCan('rep');
  const me = useMe();
  const [editing, setEditing] = useState<MeetingKind | 'new' | null>(null);
  const kinds = useQuery({ ...kindsQuery(me?.user.id ?? ''), enabled: me !== null && me !== undefined });
  const none = kinds.data?.items.length === 0 && editing === null;
  const add = canWrite && <Button onClick={() => setEditing('new')}>{t('outreach.meeting.add')}</Button>;
  return (
    <Panel
      title={t('outreach.meeting.kinds')}
      lead={t('outreach.meeting.kinds_lead')}
      actions={!none && editing === null && add}
    >
      <ProblemAlert error={kinds.error} retry={() => kinds.refetch()} />
      {kinds.isPending && <Skeleton h={80} />}
      {editing !== null && (
        <KindForm kind={editing === 'new' ? null : editing} onDone={() => setEditing(null)} />
      )}
      {none && (
        <EmptyState
          icon={<IconCalendarPlus size={32} stroke={1.3} />}
          title={t('outreach.meeting.empty')}
          text={t('outreach.meeting.empty_text')}
          action={add}
        />
      )}
      {editing === null &&
        kinds.data?.items.map((kind) => (
          <KindLine key={kind.id} kind={kind} onEdit={canWrite ? () => setEditing(kind) : undefined} />
        ))}
    </Panel>
  );
}

function KindLine({ kind, onEdit }: { kind: MeetingKind; onEdit?: () => void }) {
  const { t } = useTranslation();
  return (
    <div className={classes.line}>
      <Group justify="space-between" gap="xs" mb={4}>
        <Group gap="xs">
          <Text fw={600}>{kind.name}</Text>
          {!kind.active && (
            <Badge variant="light" color="gray" tt="none">
              {t('outreach.meeting.closed')}
            </Badge>
          )}
          <Text size="xs" c="dimmed">
            {t('outreach.meeting.minutes', { count: kind.minutes })} ·{' '}
            {t(`outreach.meeting.place.${placeOf(kind.place_kind)}`)}
          </Text>
        </Group>
        {onEdit && (
          <Button variant="default" size="compact-sm" onClick={onEdit}>
            {t('kit.edit')}
          </Button>
        )}
      </Group>
      {kind.active && <CopyField label={t('outreach.meeting.page')} value={bookingUrl(kind)} />}
    </div>
  );
}
