import { DateInput, type DateInputProps } from '@mantine/dates';
import { useTranslation } from 'react-i18next';
import 'dayjs/locale/ko';
import { readDay } from './day';

export interface DayInputProps extends Omit<DateInputProps, 'value' | 'onChange'> {
  /** `YYYY-MM-DD`, or nothing. */
  value?: string | null;
  onChange: (day: string | null) => void;
}

/** How each language writes a day, and the month above a calendar. */
const formats = {
  en: { valueFormat: 'MMM D, YYYY', monthLabelFormat: 'MMMM YYYY', yearLabelFormat: 'YYYY' },
  ko: { valueFormat: 'YYYY. M. D.', monthLabelFormat: 'YYYY년 M월', yearLabelFormat: 'YYYY년' },
};

/** A calendar day, typed or picked, shown as the reader's language writes days. */
export function DayInput({ value, onChange, ...rest }: DayInputProps) {
  const { t, i18n } = useTranslation();
  return (
    <DateInput
      clearButtonProps={{ 'aria-label': t('kit.remove') }}
      {...rest}
      value={value || null}
      onChange={onChange}
      locale={i18n.language}
      firstDayOfWeek={i18n.language === 'ko' ? 0 : 1}
      {...formats[i18n.language === 'ko' ? 'ko' : 'en']}
      dateParser={readDay}
      popoverProps={{ returnFocus: false }}
      ariaLabels={{
        previousMonth: t('kit.previous_month'),
        nextMonth: t('kit.next_month'),
        previousYear: t('kit.previous_year'),
        nextYear: t('kit.next_year'),
        previousDecade: t('kit.previous_years'),
        nextDecade: t('kit.next_years'),
        monthLevelControl: t('kit.choose_month'),
        yearLevelControl: t('kit.choose_year'),
      }}
    />
  );
}
