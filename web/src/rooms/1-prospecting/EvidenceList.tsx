import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/kit/format';
import type { MergeKind } from '@/kit/merge/compare';
import type { Evidence } from './duplicates';
import classes from './duplicates.module.css';
import { evidenceText } from './evidenceText';

/** What speaks for and against, field by field, the strongest first. */
export function EvidenceList({ kind, evidence }: { kind: MergeKind; evidence: Evidence[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <div>
      <ul className={classes.evidence} aria-label={t('prospecting.evidence.title')}>
        {evidence.map((one) => (
          <li key={one.field} data-for={one.bits > 0 || undefined}>
            {evidenceText(t, kind, one)} <span className={classes.bits}>{format.signed(one.bits)}</span>
          </li>
        ))}
      </ul>
      <Text size="xs" c="dimmed">
        {t('prospecting.evidence.bits')}
      </Text>
    </div>
  );
}
