import { ActionIcon, Group, NumberInput, Select } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { BookItem } from '@/api/generated/model';
import { DayInput } from '@/kit/fields/DayInput';
import { MoneyAmount } from '../MoneyAmount';

interface ItemMoreProps {
  item: BookItem;
  currency: string;
  readOnly: boolean;
  write: (changes: Partial<BookItem>) => void;
}

/** Prices by quantity, and rises with their days. */
export function ItemMore({ item, currency, readOnly, write }: ItemMoreProps) {
  const { t } = useTranslation();
  const { tiers, rises } = item;
  return (
    <>
      {tiers.length > 0 && (
        <Group gap="sm" align="flex-end">
          <Select
            w={220}
            allowDeselect={false}
            disabled={readOnly}
            label={t('offer.item.mode')}
            data={(['volume', 'graduated'] as const).map((one) => ({
              value: one,
              label: t(`offer.item.${one}`),
            }))}
            value={item.mode ?? 'volume'}
            onChange={(mode) => mode && write({ mode: mode as BookItem['mode'] })}
          />
          {tiers.map((tier, n) => {
            const set = (changes: Partial<typeof tier>) =>
              write({ tiers: tiers.map((one, place) => (place === n ? { ...one, ...changes } : one)) });
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: tiers are known by their place
              <Group key={n} gap={4} align="flex-end" wrap="nowrap">
                <NumberInput
                  w={80}
                  hideControls
                  min={0}
                  decimalScale={6}
                  readOnly={readOnly}
                  label={t('offer.item.from')}
                  value={tier.from}
                  onChange={(next) => set({ from: String(next || 0) })}
                />
                <MoneyAmount
                  w={110}
                  readOnly={readOnly}
                  label={t('offer.item.tier_price')}
                  currency={currency}
                  minor={tier.minor}
                  onChange={(minor) => set({ minor })}
                />
                <Remove
                  hidden={readOnly}
                  what={t('offer.item.tier_price')}
                  onClick={() => write({ tiers: tiers.filter((_, place) => place !== n) })}
                />
              </Group>
            );
          })}
        </Group>
      )}
      {rises.map((rise, n) => {
        const set = (changes: Partial<typeof rise>) =>
          write({ rises: rises.map((one, place) => (place === n ? { ...one, ...changes } : one)) });
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: rises are known by their place
          <Group key={n} gap="sm" align="flex-end">
            <DayInput
              w={150}
              disabled={readOnly}
              label={t('offer.item.rises_on')}
              value={rise.on}
              onChange={(on) => on && set({ on })}
            />
            <MoneyAmount
              w={120}
              readOnly={readOnly}
              label={t('offer.item.rises_to')}
              currency={currency}
              minor={rise.minor}
              onChange={(minor) => set({ minor })}
            />
            <Remove
              hidden={readOnly}
              what={t('offer.item.rises_to')}
              onClick={() => write({ rises: rises.filter((_, place) => place !== n) })}
            />
          </Group>
        );
      })}
    </>
  );
}

function Remove({ hidden, what, onClick }: { hidden: boolean; what: string; onClick: () => void }) {
  const { t } = useTranslation();
  if (hidden) return null;
  return (
    <ActionIcon
      mb={6}
      variant="subtle"
      color="gray"
      aria-label={t('offer.line.remove', { what })}
      onClick={onClick}
    >
      <IconTrash size={14} />
    </ActionIcon>
  );
}
