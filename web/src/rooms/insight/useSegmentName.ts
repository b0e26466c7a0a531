import { useTranslation } from 'react-i18next';
import { textOr } from '@/i18n/texts';
import { useFormat } from '@/kit/format';
import { countryName } from '@/kit/regions';
import { segmentParts } from './channels';

/** The name of a segment: fit, country and seniority as far as they are known. */
export function useSegmentName() {
  const { t } = useTranslation();
  const { reader } = useFormat();
  return (segment: string): string => {
    if (segment === '') return t('insight.segment.all');
    const { grade, country, seniority } = segmentParts(segment);
    const parts = [
      grade && t('insight.segment.grade', { grade }),
      country && countryName(reader.locale, country),
      seniority && textOr(t, `insight.segment.${seniority}`, seniority),
    ].filter(Boolean);
    return parts.length > 0 ? parts.join(' · ') : t('insight.segment.unknown');
  };
}
