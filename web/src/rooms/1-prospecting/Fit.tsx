import { Group, Progress, Text } from '@mantine/core';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { Company } from '@/api/model';
import { Grade } from '@/kit/fields/FieldValue';
import { choicesOf, fieldLabel } from '@/kit/fields/labels';
import { useFormat } from '@/kit/format';
import { RecordSection } from '@/kit/record/RecordLayout';
import { countryName } from '@/kit/regions';
import { type ScorableField, useScorableFields } from './icp';

interface Reason {
  /** Key of the company field asked. */
  field: string;
  value: string | null;
  points: number;
  exclusion: boolean;
}

/** The server says yes and no in English, and countries and options by their key. */
function answerText(value: string, field: ScorableField | undefined, locale: string, t: TFunction): string {
  if (!field) return value;
  if (field.kind === 'yes_no') return t(value === 'yes' ? 'kit.yes' : 'kit.no');
  if (field.key === 'country') return countryName(locale, value);
  return choicesOf(field, locale, t).find((one) => one.value === value)?.label ?? value;
}

/** How well the company fits the ideal customer profile, and why. */
export function Fit({ company }: { company: Company }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const fields = useScorableFields();
  const reasons = (company.icp_reasons ?? []) as Reason[];
  const word = (reason: Reason) => {
    const field = fields.find((one) => one.key === reason.field);
    const name = field ? fieldLabel(field, i18n.language) : reason.field;
    const value =
      reason.value === null ? t('kit.unknown') : answerText(reason.value, field, i18n.language, t);
    return `${name}: ${value}`;
  };
  if (company.icp_score === null || company.icp_score === undefined) {
    return (
      <RecordSection title={t('prospecting.fit.title')}>
        <Text size="xs" c="dimmed">
          {t('prospecting.fit.none')}
        </Text>
      </RecordSection>
    );
  }
  return (
    <RecordSection title={t('prospecting.fit.title')}>
      <Group gap="xs">
        {company.icp_grade && <Grade grade={company.icp_grade} />}
        <Text fw={600}>{company.icp_score}</Text>
        <Progress value={company.icp_score} flex={1} size="sm" aria-label={t('prospecting.fit.title')} />
      </Group>
      {company.icp_coverage !== null && company.icp_coverage < 0.5 && (
        <Text size="xs" c="dimmed" mt={4}>
          {t('prospecting.fit.provisional', { share: format.percent(company.icp_coverage, 0) })}
        </Text>
      )}
      {reasons.map((reason) => (
        <Group key={`${reason.field}${reason.points}`} justify="space-between" wrap="nowrap" gap="xs" mt={4}>
          <Text size="xs">{word(reason)}</Text>
          {!reason.exclusion && (
            <Text size="xs" c={reason.points < 0 ? 'dimmed' : 'var(--good)'} fw={600}>
              {reason.points > 0 ? `+${reason.points}` : reason.points}
            </Text>
          )}
        </Group>
      ))}
    </RecordSection>
  );
}
