import { Group, Tooltip, VisuallyHidden } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { textOr } from '@/i18n/texts';
import classes from './GateDots.module.css';

/** One small dot per criterion that still stands in the way; none when the gate is open. */
export function GateDots({ missing }: { missing: string[] }) {
  const { t } = useTranslation();
  const names = missing.map((key) => textOr(t, `stage.criterion.${key}`, key));
  const summary =
    missing.length === 0 ? t('kit.gate.all_met') : t('kit.gate.missing', { count: missing.length });
  return (
    <Tooltip label={missing.length === 0 ? summary : `${summary}: ${names.join(', ')}`} multiline maw={280}>
      <Group gap={4} wrap="nowrap" component="span">
        {missing.length === 0 ? (
          <span className={classes.met} aria-hidden />
        ) : (
          missing.map((key) => <span key={key} className={classes.missing} aria-hidden />)
        )}
        <VisuallyHidden>{`${summary}${names.length > 0 ? `: ${names.join(', ')}` : ''}`}</VisuallyHidden>
      </Group>
    </Tooltip>
  );
}
