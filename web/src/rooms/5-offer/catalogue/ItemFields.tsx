import { ActionIcon, Button, Group, Select, Stack, Text } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { BookItem } from '@/api/generated/model';
import { useFormat } from '@/kit/format';
import classes from '@/kit/room.module.css';
import { MoneyAmount } from '../MoneyAmount';
import { periods } from '../offer';
import { ItemMore } from './ItemMore';

interface ItemProps {
  name: string;
  item: BookItem;
  currency: string;
  readOnly: boolean;
  /** Nothing takes it out. */
  onChange: (item: BookItem | null) => void;
}

/** What one product costs: its price, the least, prices by quantity, and rises with their days. */
export function ItemFields({ name, item, currency, readOnly, onChange }: ItemProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const write = (changes: Partial<BookItem>) => onChange({ ...item, ...changes });
  const { tiers, rises } = item;
  return (
    <Stack gap="xs" className={classes.line}>
      <Group gap="sm" align="flex-end">
        <Text fw={600} flex={1} miw={140} pb={8}>
          {name}
        </Text>
        <MoneyAmount
          w={120}
          readOnly={readOnly}
          label={t('offer.item.price')}
          currency={currency}
          minor={item.minor}
          onChange={(minor) => write({ minor })}
        />
        <MoneyAmount
          w={120}
          readOnly={readOnly}
          label={t('offer.item.floor')}
          currency={currency}
          minor={item.floor_minor ?? 0}
          onChange={(minor) => write({ floor_minor: minor || null })}
        />
        <Select
          w={120}
          allowDeselect={false}
          disabled={readOnly}
          label={t('offer.line.period')}
          data={periods.map((one) => ({ value: one, label: t(`offer.period.${one}`) }))}
          value={item.period ?? 'one_off'}
          onChange={(period) => period && write({ period: period as BookItem['period'] })}
        />
        {!readOnly && (
          <>
            <Button
              size="compact-sm"
              mb={6}
              variant="subtle"
              onClick={() =>
                write({ tiers: [...tiers, { from: String(10 * (tiers.length + 1)), minor: item.minor }] })
              }
            >
              {t('offer.item.add_tier')}
            </Button>
            <Button
              size="compact-sm"
              mb={6}
              variant="subtle"
              onClick={() =>
                write({
                  rises: [...rises, { on: nextYear(format.today(), rises.length), minor: item.minor }],
                })
              }
            >
              {t('offer.item.add_rise')}
            </Button>
            <ActionIcon
              mb={6}
              variant="subtle"
              color="gray"
              aria-label={t('offer.line.remove', { what: name })}
              onClick={() => onChange(null)}
            >
              <IconTrash size={14} />
            </ActionIcon>
          </>
        )}
      </Group>
      <ItemMore item={item} currency={currency} readOnly={readOnly} write={write} />
    </Stack>
  );
}

function nextYear(today: string, more: number): string {
  return `${Number(today.slice(0, 4)) + 1 + more}-01-01`;
}
