import { Group, Input, NumberInput, Select } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { Money } from '@/api/model';
import { useMe } from '@/app/session';
import { minorDigits } from '../format';

interface MoneyInputProps {
  label?: string;
  'aria-label'?: string;
  error?: ReactNode;
  autoFocus?: boolean;
  required?: boolean;
  withAsterisk?: boolean;
  value: Money | null | undefined;
  onChange: (value: Money | null) => void;
}

const common = ['USD', 'EUR', 'KRW', 'JPY', 'GBP', 'CNY', 'INR', 'CHF', 'CAD', 'AUD', 'SGD', 'VND', 'AED'];

/** Typed in whole units of the currency, kept in its smallest unit. */
export function MoneyInput({ label, error, value, onChange, withAsterisk, ...rest }: MoneyInputProps) {
  const { t } = useTranslation();
  const id = useId();
  const home = useMe()?.workspace.currency ?? 'USD';
  const currency = value?.currency ?? home;
  const digits = minorDigits(currency);
  const amount = value ? value.minor / 10 ** digits : '';
  const set = (next: string | number, unit: string) => {
    if (next === '') onChange(null);
    else onChange({ minor: Math.round(Number(next) * 10 ** minorDigits(unit)), currency: unit });
  };
  const currencies = [...new Set([home, currency, ...common])];
  return (
    <Input.Wrapper label={label} error={error} labelProps={{ htmlFor: id }} withAsterisk={withAsterisk}>
      <Group gap={4} wrap="nowrap">
        <NumberInput
          {...rest}
          id={id}
          flex={1}
          hideControls
          thousandSeparator=","
          decimalScale={digits}
          value={amount}
          onChange={(next) => set(next, currency)}
        />
        <Select
          w={84}
          aria-label={t('entry.field.currency')}
          allowDeselect={false}
          data={currencies}
          value={currency}
          onChange={(unit) => unit && set(amount, unit)}
        />
      </Group>
    </Input.Wrapper>
  );
}
