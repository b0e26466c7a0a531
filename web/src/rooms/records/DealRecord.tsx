import { Button, Group, Skeleton, Text } from '@mantine/core';
import { IconArrowsExchange, IconSend } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type ComponentType, lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCommittee } from '@/api/committee';
import type { Deal, StageKey } from '@/api/model';
import { useCan } from '@/app/session';
import { StageName, Status } from '@/kit/fields/FieldValue';
import { useFormat } from '@/kit/format';
import { MoveMenu } from '@/kit/move/MoveMenu';
import { openEnrol } from '@/kit/openEnrol';
import { Composer } from '@/kit/record/Composer';
import { Known } from '@/kit/record/Known';
import { RecordLayout } from '@/kit/record/RecordLayout';
import { Tasks } from '@/kit/record/Tasks';
import { Timeline } from '@/kit/record/Timeline';
import { StageDot } from '@/kit/StageDot';
import { ChannelCard } from '../1-prospecting/ChannelCard';
import { Committee } from './Committee';
import { NextStep } from './NextStep';
import { RecordMenu } from './RecordMenu';
import classes from './records.module.css';

type Room = ComponentType<{ deal: Deal }>;
type RoomKey = Exclude<StageKey, 'outreach'>;
const roomKeys = ['prospecting', 'qualification', 'nurturing', 'offer', 'objections', 'closing'] as const;

/** What each room adds to a deal; outreach shows itself in the timeline. */
const rooms: Record<RoomKey, Room> = {
  prospecting: lazy(async () => ({ default: (await import('../1-prospecting/Research')).Research })),
  qualification: lazy(async () => ({
    default: (await import('../3-qualification/Qualification')).Qualification,
  })),
  nurturing: lazy(async () => ({ default: (await import('../4-nurturing/Awareness')).Awareness })),
  offer: lazy(async () => ({ default: (await import('../5-offer/Offers')).Offers })),
  objections: lazy(async () => ({ default: (await import('../6-objections/Objections')).Objections })),
  closing: lazy(async () => ({ default: (await import('../7-closing/ClosingPlan')).ClosingPlan })),
};

export function DealRecord({ deal, onClose }: { deal: Deal; onClose: () => void }) {
  const [room, setRoom] = useState<RoomKey | null>(null);
  const Room = room && rooms[room];
  return (
    <RecordLayout
      title={deal.name}
      facts={<Facts deal={deal} />}
      actions={<Actions deal={deal} onDeleted={onClose} />}
      known={
        <>
          <Known kind="deal" record={deal} />
          <Committee deal={deal} />
        </>
      }
      timeline={
        <>
          <RoomTabs room={room} onRoom={setRoom} />
          {Room ? (
            <Suspense fallback={<Skeleton h={120} />}>
              <Room deal={deal} />
            </Suspense>
          ) : (
            <History deal={deal} />
          )}
        </>
      }
      next={
        <>
          <NextStep deal={deal} onRoom={(next) => setRoom(next === 'outreach' ? null : next)} />
          <Tasks about={{ deal_id: deal.id }} />
          <FirstChannel dealId={deal.id} />
        </>
      }
      onClose={onClose}
    />
  );
}

/** By which way the first of the committee is best reached. */
function FirstChannel({ dealId }: { dealId: string }) {
  const first = useCommittee(dealId).data?.[0];
  return first ? <ChannelCard personId={first.person_id} name={first.name} /> : null;
}

function History({ deal }: { deal: Deal }) {
  const people = useCommittee(deal.id);
  const subject = {
    kind: 'deal',
    id: deal.id,
    deal_id: deal.id,
    company_id: deal.company_id,
    person_id: people.data?.[0]?.person_id,
  } as const;
  return (
    <>
      <Composer subject={subject} />
      <Timeline kind="deal" id={deal.id} />
    </>
  );
}

function RoomTabs({ room, onRoom }: { room: RoomKey | null; onRoom: (room: RoomKey | null) => void }) {
  const { t } = useTranslation();
  const tab = (key: RoomKey | null, label: string) => (
    <Button
      key={key ?? 'history'}
      size="compact-sm"
      color={room === key ? undefined : 'gray'}
      variant={room === key ? 'light' : 'subtle'}
      aria-pressed={room === key}
      leftSection={key && <StageDot stage={key} size={7} />}
      onClick={() => onRoom(key)}
    >
      {label}
    </Button>
  );
  return (
    <div className={classes.rooms}>
      {tab(null, t('kit.record.timeline'))}
      {roomKeys.map((key) => tab(key, t(`cycle.room.${key}`)))}
    </div>
  );
}

function Facts({ deal }: { deal: Deal }) {
  const format = useFormat();
  return (
    <Group gap="sm">
      <StageName stage={deal.stage} />
      {deal.status !== 'open' && <Status status={deal.status} />}
      {deal.value && <Text fw={600}>{format.money(deal.value)}</Text>}
      {deal.company_id && (
        <Text c="dimmed">
          <Link to="/companies/$id" params={{ id: deal.company_id }} search={{}}>
            {deal.company_name}
          </Link>
        </Text>
      )}
    </Group>
  );
}

function Actions({ deal, onDeleted }: { deal: Deal; onDeleted: () => void }) {
  const { t } = useTranslation();
  const canWrite = useCan('rep');
  const people = useCommittee(deal.id);
  if (!canWrite) return null;
  const reachable = (people.data ?? []).filter((one) => one.email);
  return (
    <>
      {reachable.length > 0 && (
        <Button
          variant="default"
          leftSection={<IconSend size={14} />}
          onClick={() =>
            openEnrol(
              reachable.map((one) => ({
                personId: one.person_id,
                companyId: deal.company_id,
                dealId: deal.id,
              })),
            )
          }
        >
          {t('outreach.enrol.button')}
        </Button>
      )}
      <MoveMenu
        deal={deal}
        target={
          <Button variant="default" leftSection={<IconArrowsExchange size={14} />}>
            {t('cycle.move_button')}
          </Button>
        }
      />
      <RecordMenu kind="deal" record={deal} onDeleted={onDeleted} />
    </>
  );
}
