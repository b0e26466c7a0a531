import { useTranslation } from 'react-i18next';
import type { DraftStep } from '../editor/steps';

/** "3 business days later". */
export function useDelayText(): (step: Pick<DraftStep, 'delay_days' | 'delay_hours'>) => string {
  const { t } = useTranslation();
  return ({ delay_days: days, delay_hours: hours }) => {
    if (days > 0 && hours > 0) return t('outreach.delay.both', { days, hours });
    if (days > 0) return t('outreach.delay.days', { count: days });
    return hours > 0 ? t('outreach.delay.hours', { count: hours }) : t('outreach.delay.at_once');
  };
}
