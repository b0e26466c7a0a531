import { ActionIcon, Group, NumberInput, Select, Stack, Text } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { BundlePart, Product } from '@/api/generated/model';
import { nameOf } from '../offer';

interface PartsProps {
  parts: BundlePart[];
  products: Product[];
  onChange: (parts: BundlePart[]) => void;
}

/** What a bundle consists of. */
export function Parts({ parts, products, onChange }: PartsProps) {
  const { t, i18n } = useTranslation();
  const name = (id: string) => {
    const found = products.find((one) => one.id === id);
    return found ? nameOf(found, i18n.language) : '…';
  };
  const free = products.filter((one) => !parts.some((part) => part.product_id === one.id));
  return (
    <Stack gap="xs">
      <Select
        label={t('offer.product.parts')}
        description={t('offer.product.parts_hint')}
        data={free.map((one) => ({ value: one.id, label: nameOf(one, i18n.language) }))}
        value={null}
        onChange={(id) => id && onChange([...parts, { product_id: id, quantity: '1' }])}
      />
      {parts.map((part, n) => (
        <Group key={part.product_id} gap="xs">
          <Text flex={1}>{name(part.product_id)}</Text>
          <NumberInput
            w={90}
            hideControls
            min={0}
            decimalScale={6}
            aria-label={t('offer.line.quantity')}
            value={part.quantity ?? '1'}
            onChange={(next) =>
              onChange(
                parts.map((one, place) => (place === n ? { ...one, quantity: String(next || 0) } : one)),
              )
            }
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t('offer.line.remove', { what: name(part.product_id) })}
            onClick={() => onChange(parts.filter((_, place) => place !== n))}
          >
            <IconTrash size={14} />
          </ActionIcon>
        </Group>
      ))}
    </Stack>
  );
}
