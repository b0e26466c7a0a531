import { Button, Group, Select } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Book } from '@/api/generated/model';
import { type Line, linesOf, nameOf, newLine, productsQuery } from '../offer';

interface AddLineProps {
  /** Its products come first, with their prices. */
  book: Book | undefined;
  locale: string;
  onAdd: (lines: Line[]) => void;
}

/** A line from the catalogue, or an empty one. */
export function AddLine({ book, locale, onAdd }: AddLineProps) {
  const { t } = useTranslation();
  const products = useQuery(productsQuery);
  const all = products.data ?? [];
  const inBook = (id: string) => book?.items.some((one) => one.product_id === id) ?? false;
  const isBundle = (one: (typeof all)[number]) => (one.content.parts ?? []).length > 0;
  const sold = book ? all.filter((one) => inBook(one.id) || isBundle(one)) : all;
  return (
    <Group gap="xs" mt="sm">
      {sold.length > 0 && (
        <Select
          w={280}
          searchable
          aria-label={t('offer.line.from_catalogue')}
          placeholder={t('offer.line.from_catalogue')}
          data={sold.map((one) => ({ value: one.id, label: `${one.content.code} · ${nameOf(one, locale)}` }))}
          value={null}
          onChange={(id) => {
            const found = all.find((one) => one.id === id);
            if (found) onAdd(linesOf(found, all, book, locale));
          }}
        />
      )}
      <Button variant="light" leftSection={<IconPlus size={14} />} onClick={() => onAdd([newLine()])}>
        {t('offer.line.add')}
      </Button>
    </Group>
  );
}
