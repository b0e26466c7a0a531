import { Group, SegmentedControl, Select, Slider, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { CriterionRole, Half, UnknownPolicy } from './icp';

const policies: readonly UnknownPolicy[] = ['neutral', 'average', 'zero'];
const halves: readonly Half[] = ['to_us', 'to_them'];

type Weight = Extract<CriterionRole, { type: 'weight' }>;

/** Whose value a criterion speaks for, how much it counts, and what an unknown answer is worth. */
export function WeightInputs({ role, onChange }: { role: Weight; onChange: (next: Weight) => void }) {
  const { t } = useTranslation();
  return (
    <Group gap="md" align="center">
      <SegmentedControl
        size="xs"
        aria-label={t('prospecting.icp.half')}
        value={role.half}
        onChange={(half) => onChange({ ...role, half: half as Half })}
        data={halves.map((half) => ({ value: half, label: t(`prospecting.icp.halves.${half}`) }))}
      />
      <Group gap="xs" flex={1} miw={180} wrap="nowrap">
        <Text size="xs" c="dimmed">
          {t('prospecting.icp.weight')}
        </Text>
        <Slider
          flex={1}
          min={1}
          max={10}
          thumbLabel={t('prospecting.icp.weight')}
          value={role.weight}
          onChange={(weight) => onChange({ ...role, weight })}
        />
        <Text fw={600} w={20} ta="end">
          {role.weight}
        </Text>
      </Group>
      <Select
        size="xs"
        w={190}
        allowDeselect={false}
        aria-label={t('prospecting.icp.unknown')}
        data={policies.map((one) => ({ value: one, label: t(`prospecting.icp.unknowns.${one}`) }))}
        value={role.unknown ?? 'neutral'}
        onChange={(unknown) => onChange({ ...role, unknown: unknown as UnknownPolicy })}
      />
    </Group>
  );
}
