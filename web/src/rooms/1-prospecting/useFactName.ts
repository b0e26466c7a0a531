import { useTranslation } from 'react-i18next';
import { fieldLabel } from '@/kit/fields/labels';
import { useScorableFields } from './icp';

/** What a fact is called, by its key. */
export function useFactName(): (key: string) => string {
  const { i18n } = useTranslation();
  const fields = useScorableFields();
  return (key) => {
    const field = fields.find((one) => one.key === key);
    return field ? fieldLabel(field, i18n.language) : key;
  };
}
