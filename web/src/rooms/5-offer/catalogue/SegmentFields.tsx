import { Group, NumberInput, TagsInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Book, Segment } from '@/api/generated/model';

interface SegmentProps {
  book: Book;
  readOnly: boolean;
  onChange: (book: Book) => void;
}

/** Whom the prices are for. */
export function SegmentFields({ book, readOnly, onChange }: SegmentProps) {
  const { t } = useTranslation();
  const segment = book.segment ?? { countries: [], industries: [] };
  const only = (changes: Partial<Segment>) => onChange({ ...book, segment: { ...segment, ...changes } });
  const count = (next: string | number) => (next === '' ? null : Number(next));
  return (
    <Group gap="sm" align="flex-end">
      <TagsInput
        w={200}
        disabled={readOnly}
        label={t('offer.book.countries')}
        placeholder={segment.countries.length === 0 ? t('offer.book.anybody') : undefined}
        value={segment.countries}
        onChange={(countries) => only({ countries: countries.map((one) => one.toUpperCase()) })}
      />
      <TagsInput
        flex={1}
        miw={200}
        disabled={readOnly}
        label={t('offer.book.industries')}
        placeholder={segment.industries.length === 0 ? t('offer.book.anybody') : undefined}
        value={segment.industries}
        onChange={(industries) => only({ industries })}
      />
      <NumberInput
        w={130}
        hideControls
        min={0}
        allowDecimal={false}
        readOnly={readOnly}
        label={t('offer.book.min_employees')}
        value={segment.min_employees ?? ''}
        onChange={(next) => only({ min_employees: count(next) })}
      />
      <NumberInput
        w={130}
        hideControls
        min={0}
        allowDecimal={false}
        readOnly={readOnly}
        label={t('offer.book.max_employees')}
        value={segment.max_employees ?? ''}
        onChange={(next) => only({ max_employees: count(next) })}
      />
    </Group>
  );
}
