import { Group, Progress, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Company } from '@/api/model';
import { Grade } from '@/kit/fields/FieldValue';
import { useFormat } from '@/kit/format';
import { RecordSection } from '@/kit/record/RecordLayout';
import { useFitWords } from './useFitWords';

/** How well the company fits the ideal customer profile, and why. */
export function Fit({ company }: { company: Company }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useFitWords(company);
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
      {words.map((word) => (
        <Group key={word.key} justify="space-between" wrap="nowrap" gap="xs" mt={4}>
          <Text size="xs">{word.text}</Text>
          {!word.exclusion && (
            <Text size="xs" c={word.points < 0 ? 'dimmed' : 'var(--good)'} fw={600}>
              {word.points > 0 ? `+${word.points}` : word.points}
            </Text>
          )}
        </Group>
      ))}
    </RecordSection>
  );
}
