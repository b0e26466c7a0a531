import { DateInput, type DateInputProps } from '@mantine/dates';
import { useTranslation } from 'react-i18next';
import 'dayjs/locale/ko';
import { readDay } from './day';

export interface DayInputProps extends Omit<DateInputProps, 'value' | 'onChange'> {
  /** `YYYY-MM-DD`, or nothing. */
  value?: string | null;
  onChange: (day: string | null) => void;
}

/** How each language writes a day. */
const formats: Record<string, string> = { en: 'MMM D, YYYY', ko: 'YYYY. M. D.' };

/** A calendar day, typed or picked, shown as the reader's language writes days. */
export function DayInput({ value, onChange, ...rest }: DayInputProps) {
  const { i18n } = useTranslation();
  return (
    <DateInput
      {...rest}
      value={value || null}
      onChange={onChange}
      locale={i18n.language}
      firstDayOfWeek={i18n.language === 'ko' ? 0 : 1}
      valueFormat={formats[i18n.language] ?? formats.en}
      dateParser={readDay}
      popoverProps={{ returnFocus: false }}
    />
  );
}
