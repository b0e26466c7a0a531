import type { DraggableProvided } from '@hello-pangea/dnd';
import { Group, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Card as Deal } from '@/api/cycle';
import { DueDate } from '@/kit/DueDate';
import { dealNames } from '@/kit/dealNames';
import { useFormat } from '@/kit/format';
import { GateDots } from '@/kit/GateDots';
import { MoveMenu } from '@/kit/move/MoveMenu';
import classes from './cycle.module.css';

interface CardProps {
  deal: Deal;
  provided: DraggableProvided;
  lifted: boolean;
  canMove: boolean;
  /** Distance from the top of the column, in pixels; absent while the card is carried. */
  top?: number;
}

/** Company, person, value, days in stage, next action, and the gate's missing criteria as dots. */
export function Card({ deal, provided, lifted, canMove, top }: CardProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { company, own } = dealNames(deal);
  const person = deal.people[0]?.name;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a card that can be carried is no set of form controls
    <div
      ref={provided.innerRef}
      {...provided.draggableProps}
      {...provided.dragHandleProps}
      role="group"
      aria-label={t('cycle.card', { deal: deal.name, stage: t(`stage.${deal.stage}.name`) })}
      className={classes.slot}
      style={{
        ...provided.draggableProps.style,
        ...(top === undefined ? {} : { position: 'absolute', insetBlockStart: top }),
      }}
    >
      <div className={classes.card} data-lifted={lifted || undefined}>
        <Group gap={4} wrap="nowrap" justify="space-between" align="flex-start">
          <Link
            to="/deals/$id"
            params={{ id: deal.id }}
            search={{}}
            className={classes.name}
            title={deal.name}
          >
            <span className={classes.nameLine}>{company ?? own}</span>
            {company && <span className={classes.ownName}>{own}</span>}
          </Link>
          {canMove && <MoveMenu deal={deal} />}
        </Group>
        <Text size="xs" c="dimmed" truncate>
          {person ?? '\u00a0'}
        </Text>
        <Group gap="xs" justify="space-between" wrap="nowrap">
          <Text fw={600}>{format.money(deal.value, true)}</Text>
          <Text
            size="xs"
            c={deal.sla_state === 'breached' ? 'var(--harm)' : 'dimmed'}
            title={t('cycle.days_in_stage')}
          >
            {t('kit.time.days', { count: deal.days_in_stage })}
          </Text>
        </Group>
        <Text size="xs" truncate className={classes.nextAction}>
          {deal.next_action?.title ?? <span className={classes.noAction}>{t('cycle.no_action')}</span>}
        </Text>
        <Group gap="xs" justify="space-between" wrap="nowrap" mih={16}>
          <span>{deal.next_action && <DueDate day={deal.next_action.due_on} />}</span>
          <GateDots missing={deal.missing} />
        </Group>
      </div>
    </div>
  );
}
