import { Checkbox, Group, MultiSelect, NumberInput, Select, Stack, Text, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Book } from '@/api/generated/model';
import { DayInput } from '@/kit/fields/DayInput';
import { Panel } from '@/kit/Page';
import { terms } from '../offer';
import { useTermName } from '../useTermName';
import { SegmentFields } from './SegmentFields';

const currencies = [
  'USD',
  'EUR',
  'KRW',
  'JPY',
  'GBP',
  'CNY',
  'INR',
  'CHF',
  'CAD',
  'AUD',
  'SGD',
  'VND',
  'AED',
];

interface BookHeadProps {
  book: Book;
  readOnly: boolean;
  onChange: (book: Book) => void;
}

/** For whom, when and for how long the prices hold. */
export function BookHead({ book, readOnly, onChange }: BookHeadProps) {
  const { t } = useTranslation();
  const termName = useTermName();
  const choose = (chosen: string[]) =>
    onChange({
      ...book,
      terms: chosen.map((term) => book.terms.find((one) => one.term === term) ?? { term, change_bp: 0 }),
    });
  return (
    <Panel>
      <Stack gap="sm">
        <Group gap="sm" align="flex-end">
          <TextInput
            flex={1}
            miw={200}
            required
            maxLength={200}
            readOnly={readOnly}
            label={t('offer.book.name')}
            value={book.name}
            onChange={(event) => onChange({ ...book, name: event.currentTarget.value })}
          />
          <Select
            w={100}
            allowDeselect={false}
            disabled={readOnly}
            label={t('offer.book.currency')}
            data={[...new Set([book.currency, ...currencies])]}
            value={book.currency}
            onChange={(currency) => currency && onChange({ ...book, currency })}
          />
          <DayInput
            w={150}
            clearable
            disabled={readOnly}
            label={t('offer.book.valid_from')}
            value={book.valid_from}
            onChange={(valid_from) => onChange({ ...book, valid_from })}
          />
          <DayInput
            w={150}
            clearable
            disabled={readOnly}
            label={t('offer.book.valid_until')}
            value={book.valid_until}
            onChange={(valid_until) => onChange({ ...book, valid_until })}
          />
          <Checkbox
            pb={8}
            disabled={readOnly}
            label={t('offer.terms.inclusive')}
            checked={book.inclusive ?? false}
            onChange={(event) => onChange({ ...book, inclusive: event.currentTarget.checked })}
          />
        </Group>
        <SegmentFields book={book} readOnly={readOnly} onChange={onChange} />
        <MultiSelect
          disabled={readOnly}
          label={t('offer.book.terms')}
          data={[...new Set([...terms, ...book.terms.map((one) => one.term)])].map((one) => ({
            value: one,
            label: termName(one),
          }))}
          value={book.terms.map((one) => one.term)}
          onChange={choose}
        />
        <Group gap="sm">
          {book.terms.map((one, n) => (
            <NumberInput
              key={one.term}
              w={150}
              hideControls
              min={-90}
              max={100}
              decimalScale={2}
              suffix="%"
              readOnly={readOnly}
              label={t('offer.book.change_for', { term: termName(one.term) })}
              value={(one.change_bp ?? 0) / 100}
              onChange={(next) => {
                const change_bp = Math.round(Number(next) * 100);
                onChange({
                  ...book,
                  terms: book.terms.map((old, place) => (place === n ? { ...old, change_bp } : old)),
                });
              }}
            />
          ))}
        </Group>
        <Text size="xs" c="dimmed">
          {t('offer.book.change_hint')}
        </Text>
      </Stack>
    </Panel>
  );
}
