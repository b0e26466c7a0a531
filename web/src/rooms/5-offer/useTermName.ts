import { useTranslation } from 'react-i18next';

/** `month_to_month` and `12_months` in words. */
export function useTermName() {
  const { t } = useTranslation();
  return (term: string) =>
    term === 'month_to_month'
      ? t('offer.term.month_to_month')
      : t('offer.term.months', { count: Number.parseInt(term, 10) });
}
