import { NumberInput, type NumberInputProps } from '@mantine/core';
import { minorDigits } from '@/kit/format';

interface MoneyAmountProps extends Omit<NumberInputProps, 'value' | 'onChange'> {
  currency: string;
  minor: number;
  onChange: (minor: number) => void;
}

/** An amount in a currency that is given: typed in whole units, kept in the smallest. */
export function MoneyAmount({ currency, minor, onChange, ...rest }: MoneyAmountProps) {
  const digits = minorDigits(currency);
  return (
    <NumberInput
      {...rest}
      hideControls
      allowNegative={false}
      thousandSeparator=","
      decimalScale={digits}
      value={minor / 10 ** digits}
      onChange={(next) => {
        const typed = Math.round(Number(next || 0) * 10 ** digits);
        if (typed !== minor) onChange(typed);
      }}
    />
  );
}
