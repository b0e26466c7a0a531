import { useTranslation } from 'react-i18next';
import { useFields } from '@/api/records';
import { fieldLabel } from '@/kit/fields/labels';

/** What a merge field such as `deal.why_them` is called on the record it is taken from. */
export function useMergeLabel(): (merge: string) => string {
  const { t, i18n } = useTranslation();
  const fields = { person: useFields('person'), company: useFields('company'), deal: useFields('deal') };
  return (merge) => {
    if (merge === 'booking_link') return t('outreach.meeting.link');
    const [record = '', ...rest] = merge.split('.');
    const known = fields[record as keyof typeof fields]?.find((one) => one.key === rest.join('.'));
    return known ? fieldLabel(known, i18n.language) : merge;
  };
}
