import { Group, Progress, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Company } from '@/api/model';
import { Grade } from '@/kit/fields/FieldValue';
import { useFormat } from '@/kit/format';
import { RecordSection } from '@/kit/record/RecordLayout';

interface Reason {
  text?: string;
  points?: number;
  [key: string]: unknown;
}

function reasonsOf(value: unknown): Reason[] {
  return Array.isArray(value)
    ? value.map((one) => (typeof one === 'string' ? { text: one } : (one as Reason)))
    : [];
}

/** How well the company fits the ideal customer profile, and why. */
export function Fit({ company }: { company: Company }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (company.icp_score === null || company.icp_score === undefined) return null;
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
      {reasonsOf(company.icp_reasons).map((reason) => (
        <Group key={`${reason.text}${reason.points}`} justify="space-between" wrap="nowrap" gap="xs" mt={4}>
          <Text size="xs">{reason.text}</Text>
          {reason.points !== undefined && (
            <Text size="xs" c={reason.points < 0 ? 'dimmed' : 'var(--good)'} fw={600}>
              {reason.points > 0 ? `+${reason.points}` : reason.points}
            </Text>
          )}
        </Group>
      ))}
    </RecordSection>
  );
}
