import { Group, NumberInput, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './editor.module.css';
import { useFault } from './faults';
import type { DraftStep } from './steps';

interface DelayInputsProps {
  at: number;
  step: DraftStep;
  onChange: (next: Partial<DraftStep>, what: string) => void;
}

/** "after 3 business days and 0 hours". */
export function DelayInputs({ at, step, onChange }: DelayInputsProps) {
  const { t } = useTranslation();
  const days = useFault(`steps.${at}.delay_days`);
  const hours = useFault(`steps.${at}.delay_hours`);
  const { delay_days, delay_hours } = step;
  return (
    <Group gap={6} align="center">
      <Text size="xs" c="dimmed">
        {t(at === 0 ? 'outreach.step.after_adding' : 'outreach.step.after')}
      </Text>
      <NumberInput
        size="xs"
        className={classes.number}
        min={0}
        max={365}
        allowDecimal={false}
        aria-label={t(at === 0 ? 'outreach.step.days_first' : 'outreach.step.days')}
        error={days}
        value={delay_days}
        onChange={(next) => onChange({ delay_days: Number(next) || 0 }, 'delay_days')}
      />
      <Text size="xs" c="dimmed">
        {t('outreach.step.unit_days', { count: delay_days })}
      </Text>
      <NumberInput
        size="xs"
        className={classes.number}
        min={0}
        max={240}
        allowDecimal={false}
        aria-label={t('outreach.step.hours')}
        error={hours}
        value={delay_hours}
        onChange={(next) => onChange({ delay_hours: Number(next) || 0 }, 'delay_hours')}
      />
      <Text size="xs" c="dimmed">
        {t('outreach.step.unit_hours', { count: delay_hours })}
      </Text>
    </Group>
  );
}
