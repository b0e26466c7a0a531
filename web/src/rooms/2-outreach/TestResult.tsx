import { Group, Stack, Text } from '@mantine/core';
import { IconCircleCheckFilled, IconCircleXFilled } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { textOr } from '@/i18n/texts';
import type { TestStep } from './outreach';
import classes from './outreach.module.css';

/** Step by step what worked and which step failed, and why. */
export function TestResult({ steps }: { steps: TestStep[] }) {
  const { t } = useTranslation();
  return (
    <Stack gap={4} mt="xs" role="status">
      {steps.map((step) => (
        <Group key={step.step} gap="xs" wrap="nowrap" align="flex-start">
          {step.ok ? (
            <IconCircleCheckFilled size={16} className={classes.good} aria-label={t('stage.state.met')} />
          ) : (
            <IconCircleXFilled size={16} className={classes.bad} aria-label={t('error.title')} />
          )}
          <Text>
            {textOr(t, `outreach.mailbox.step.${step.step}`, step.step)}
            {step.detail && (
              <Text span c="dimmed">
                {` · ${step.detail}`}
              </Text>
            )}
          </Text>
        </Group>
      ))}
    </Stack>
  );
}
