import { Badge, Checkbox, Group, Text, UnstyledButton } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { DueDate } from '@/kit/DueDate';
import { useFormat } from '@/kit/format';
import { useFinishTask } from '@/kit/record/Tasks';
import { StageDot } from '@/kit/StageDot';
import { aboutOf, type TodayItem } from './queue';
import classes from './today.module.css';

/** Reasons that press. The others need no word. */
const pressing = ['late_reply', 'sla_breached', 'reply'];
/** Points of interest from which the row says so, as the gate of nurturing asks for (domain: interest from 25). */
const warm = 25;

export function TodayRow({
  item,
  chosen,
  onChoose,
}: {
  item: TodayItem;
  chosen: boolean;
  onChoose: () => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const finish = useFinishTask();
  const row = useRef<HTMLDivElement>(null);
  const { task, deal } = item;
  const about = aboutOf(task);
  useEffect(() => {
    if (chosen) row.current?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  return (
    <div ref={row} className={classes.row} data-chosen={chosen || undefined}>
      <Checkbox
        size="xs"
        checked={finish.isPending}
        onChange={() => finish.mutate(task.id)}
        aria-label={`${t('kit.done')}: ${task.title}`}
      />
      <UnstyledButton className={classes.rowText} onClick={onChoose} aria-pressed={chosen}>
        <Group gap="xs" wrap="nowrap" justify="space-between">
          <Text fw={550} truncate>
            {task.title}
          </Text>
          <DueDate day={task.due_on} />
        </Group>
        <Group gap={6} wrap="nowrap">
          {deal && <StageDot stage={deal.stage} size={7} />}
          <Text size="xs" c="dimmed" truncate flex={1}>
            {about}
          </Text>
          {pressing.includes(item.why) && (
            <Badge size="sm" variant="light" tt="none" color={item.why === 'reply' ? undefined : 'red'}>
              {t(`today.why.${item.why}`)}
            </Badge>
          )}
          {item.signal >= warm && (
            <Badge size="sm" variant="outline" tt="none">
              {t('today.interest', { points: item.signal })}
            </Badge>
          )}
          {deal?.value && (
            <Text size="xs" c="dimmed">
              {format.money(deal.value, true)}
            </Text>
          )}
        </Group>
      </UnstyledButton>
    </div>
  );
}
