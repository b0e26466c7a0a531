import { Badge, Button, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import type { ClosingView, Lever, LeverView } from '@/api/generated/model';
import { api } from '@/api/http';
import type { Deal } from '@/api/model';
import { useCan } from '@/app/session';
import { useFormat } from '@/kit/format';
import { RecordSection } from '@/kit/record/RecordLayout';
import classes from '@/kit/room.module.css';
import { useDealWrite } from '@/kit/useDealWrite';
import { bodyOf } from './closing';
import { LeverForm } from './LeverForm';

/** Honest reasons to decide now: each has its end, and urgency its fact. */
export function Levers({ deal, view }: { deal: Deal; view: ClosingView }) {
  const { t } = useTranslation();
  const canWrite = useCan('rep');
  const [open, { open: show, close }] = useDisclosure(false);
  const save = useDealWrite(
    (levers: Lever[]) => api.put(`/deals/${deal.id}/closing-plan`, { ...bodyOf(view.plan), levers }),
    close,
  );
  const all = view.levers.map((one) => one.lever);
  return (
    <RecordSection
      title={t('closing.levers')}
      aside={
        canWrite &&
        !open &&
        !view.objection_open && (
          <Button size="compact-xs" variant="subtle" onClick={show}>
            {t('kit.add')}
          </Button>
        )
      }
    >
      {view.objection_open && (
        <Text size="xs" c="dimmed">
          {t('closing.levers_wait')}
        </Text>
      )}
      {view.levers.map((one, index) => (
        <Line
          // biome-ignore lint/suspicious/noArrayIndexKey: a lever is known by its place in the plan
          key={index}
          one={one}
          onRemove={canWrite ? () => save.mutate(all.filter((_, n) => n !== index)) : undefined}
        />
      ))}
      {view.offered && <Line one={view.offered} note={t('closing.of_offer')} />}
      {open && (
        <LeverForm
          saving={save.isPending}
          error={save.error}
          onSave={(lever) => save.mutate([...all, lever])}
          onCancel={close}
        />
      )}
    </RecordSection>
  );
}

const colors = { live: 'green', held: 'orange', lapsed: 'gray', no_fact: 'red' } as const;

interface LineProps {
  one: LeverView;
  note?: string;
  onRemove?: () => void;
}

function Line({ one, note, onRemove }: LineProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { lever, fact } = one;
  const said = () => {
    switch (lever.kind) {
      case 'incentive':
        return `${lever.value} · ${t('closing.until', { day: format.date(lever.until) })} · ${lever.truth}`;
      case 'trial':
        return `${t('closing.days', { count: lever.days })} · ${lever.success} · ${lever.end_task}`;
      case 'urgency':
        return [
          lever.claim,
          fact && `${fact.what} → ${fact.afterwards}`,
          fact && format.date(fact.on_day),
          fact?.source,
        ]
          .filter(Boolean)
          .join(' · ');
      case 'start_date':
        return format.date(lever.on);
      default:
        return lever.note ?? '';
    }
  };
  return (
    <div className={classes.line}>
      <Group gap="xs">
        <Text fw={500}>{t(`closing.lever.${lever.kind}`)}</Text>
        <Badge size="sm" variant="light" tt="none" color={colors[one.standing]}>
          {t(`closing.standing.${one.standing}`)}
        </Badge>
        {note && (
          <Text size="xs" c="dimmed">
            {note}
          </Text>
        )}
        {onRemove && (
          <Button
            ms="auto"
            size="compact-xs"
            variant="subtle"
            color="gray"
            aria-label={`${t('kit.remove')}: ${t(`closing.lever.${lever.kind}`)}`}
            onClick={onRemove}
          >
            {t('kit.remove')}
          </Button>
        )}
      </Group>
      <Text size="sm">{said()}</Text>
    </div>
  );
}
