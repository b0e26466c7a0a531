import { Group, Stack, Text } from '@mantine/core';
import { IconCircle, IconCircleCheckFilled, IconCircleDashed } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Check } from '@/api/cycle';
import { textOr } from '@/i18n/texts';
import classes from './GateList.module.css';

const icons = { met: IconCircleCheckFilled, unmet: IconCircle, unknown: IconCircleDashed };

/** Every criterion of a gate with what was found. "Not known" is not the same as "not met". */
export function GateList({ checks }: { checks: Check[] }) {
  const { t } = useTranslation();
  return (
    <Stack gap={4} role="list">
      {checks.map((check) => {
        const Icon = icons[check.verdict];
        return (
          <Group key={check.key} role="listitem" gap="xs" wrap="nowrap">
            <Icon size={16} className={classes[check.verdict]} aria-hidden />
            <Text flex={1}>{textOr(t, `stage.criterion.${check.key}`, check.key)}</Text>
            <Text size="xs" c="dimmed">
              {check.need !== undefined && check.have !== undefined && check.verdict !== 'met'
                ? `${check.have} / ${check.need}`
                : t(`stage.state.${check.verdict}`)}
            </Text>
          </Group>
        );
      })}
    </Stack>
  );
}
