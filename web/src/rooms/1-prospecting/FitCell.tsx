import { Group, Text, Tooltip, VisuallyHidden } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Company, RecordBase } from '@/api/model';
import { Grade } from '@/kit/fields/FieldValue';
import { useFormat } from '@/kit/format';
import { adviceQuery } from './advice';
import { type FitWord, useFitWords } from './useFitWords';

type Scored = Pick<Company, 'icp_reasons' | 'icp_score' | 'icp_coverage'>;

/** What speaks for a company first, in one line: three at most. */
export function topThree(words: FitWord[]): FitWord[] {
  const barred = words.filter((word) => word.exclusion);
  return barred.length > 0 ? barred.slice(0, 1) : words.filter((word) => word.points > 0).slice(0, 3);
}

/** The top reasons, short; all of them, with their points, in the tooltip. */
function Reasons({ company }: { company: Scored }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useFitWords(company);
  const points = (word: FitWord) => (word.exclusion ? '' : ` (${word.points > 0 ? '+' : ''}${word.points})`);
  const lines = words.map((word) => `${word.text}${points(word)}`);
  if (company.icp_coverage !== null && company.icp_coverage < 0.5) {
    lines.push(t('prospecting.fit.provisional', { share: format.percent(company.icp_coverage, 0) }));
  }
  if (lines.length === 0) return null;
  const top = topThree(words);
  const none = company.icp_score === null ? 'prospecting.fit.too_little' : 'prospecting.fit.nothing_for';
  return (
    <Tooltip
      multiline
      w={320}
      position="bottom-start"
      label={lines.map((line) => <div key={line}>{line}</div>)}
    >
      <Text span size="xs" c="dimmed" truncate display="block">
        {top.length > 0 ? top.map((word) => word.text).join(' · ') : t(none)}
        <VisuallyHidden> {lines.join('. ')}</VisuallyHidden>
      </Text>
    </Tooltip>
  );
}

/** Of a company. */
export function ReasonsCell({ record }: { record: RecordBase }) {
  return <Reasons company={record as Company} />;
}

/** Of a person: how their company fits. */
export function PersonFitCell({ record }: { record: RecordBase }) {
  const { data: advice } = useQuery(adviceQuery(record.id));
  const fit = advice?.fit;
  if (!fit?.grade) return null;
  const company = { icp_reasons: fit.reasons, icp_score: fit.score, icp_coverage: fit.coverage };
  return (
    <Group gap={6} wrap="nowrap" component="span" miw={0}>
      <Grade grade={fit.grade} />
      <Reasons company={company} />
    </Group>
  );
}
