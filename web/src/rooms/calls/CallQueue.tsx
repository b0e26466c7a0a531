import { Badge, Group, Text, UnstyledButton } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallItem } from '@/api/generated/model';
import { useFormat } from '@/kit/format';
import { clockIn } from './calls';
import classes from './calls.module.css';

interface QueueProps {
  items: CallItem[];
  chosen?: string;
  onChoose: (id: string) => void;
}

export function CallQueue({ items, chosen, onChoose }: QueueProps) {
  return (
    <div className={classes.rows}>
      {items.map((item) => (
        <Row
          key={item.task_id}
          item={item}
          chosen={item.task_id === chosen}
          onChoose={() => onChoose(item.task_id)}
        />
      ))}
    </div>
  );
}

function Row({ item, chosen, onChoose }: { item: CallItem; chosen: boolean; onChoose: () => void }) {
  const format = useFormat();
  const place = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (chosen) place.current?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  return (
    <UnstyledButton
      ref={place}
      className={classes.row}
      data-chosen={chosen || undefined}
      aria-pressed={chosen}
      onClick={onChoose}
    >
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Text fw={600} truncate>
          {item.person_name}
        </Text>
        <Hour item={item} />
      </Group>
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Text size="xs" c="dimmed" truncate>
          {item.company_name}
        </Text>
        <Text size="xs" c="dimmed" flex="none">
          {clockIn(format.reader.locale, item.zone, Date.now())}
        </Text>
      </Group>
    </UnstyledButton>
  );
}

const colours = { good: 'green', fair: 'gray', poor: 'yellow', closed: 'gray' } as const;

/** How good it is to call them now. */
export function Hour({ item }: { item: CallItem }) {
  const { t } = useTranslation();
  return (
    <Badge
      size="sm"
      variant={item.hour === 'closed' ? 'outline' : 'light'}
      tt="none"
      color={colours[item.hour]}
      flex="none"
    >
      {t(`calls.hour.${item.hour}`)}
    </Badge>
  );
}
