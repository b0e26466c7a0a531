import {
  ActionIcon,
  Group,
  NumberInput,
  SegmentedControl,
  Select,
  Slider,
  Stack,
  Switch,
  TagsInput,
  Text,
} from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Field } from '@/api/model';
import { choicesOf, fieldLabel } from '@/kit/fields/labels';
import { type Criterion, firstTest, type Half, type Test, type UnknownPolicy } from './icp';
import classes from './icp.module.css';

interface CriterionEditorProps {
  criterion: Criterion;
  field: Field | undefined;
  onChange: (next: Criterion) => void;
  onRemove: () => void;
}

const policies: readonly UnknownPolicy[] = ['neutral', 'average', 'zero'];
const halves: readonly Half[] = ['to_us', 'to_them'];

export function CriterionEditor({ criterion, field, onChange, onRemove }: CriterionEditorProps) {
  const { t, i18n } = useTranslation();
  const { role, test } = criterion;
  const name = field ? fieldLabel(field, i18n.language) : criterion.field;
  const excluded = role.type === 'exclusion';
  return (
    <Stack gap="xs" className={classes.criterion} role="group" aria-label={name}>
      <Group justify="space-between" gap="xs">
        <Text fw={600}>{name}</Text>
        <Group gap="xs">
          <Switch
            size="xs"
            label={t('prospecting.icp.exclusion')}
            checked={excluded}
            onChange={(event) =>
              onChange({
                ...criterion,
                role: event.currentTarget.checked
                  ? { type: 'exclusion' }
                  : { type: 'weight', half: 'to_us', weight: 5 },
              })
            }
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            onClick={onRemove}
            aria-label={`${t('kit.remove')}: ${name}`}
          >
            <IconTrash size={15} />
          </ActionIcon>
        </Group>
      </Group>
      <Group gap="xs" align="flex-end">
        <Select
          w={150}
          allowDeselect={false}
          aria-label={t('prospecting.icp.test')}
          data={(['choice', 'range', 'contains'] as const).map((type) => ({
            value: type,
            label: t(`prospecting.icp.tests.${type}`),
          }))}
          value={test.type}
          onChange={(type) =>
            type &&
            onChange({
              ...criterion,
              test: firstTest({ choice: 'choice', range: 'number', contains: 'text' }[type] ?? ''),
            })
          }
        />
        <TestInputs test={test} field={field} onChange={(next) => onChange({ ...criterion, test: next })} />
      </Group>
      {role.type === 'weight' && (
        <Group gap="md" align="center">
          <SegmentedControl
            size="xs"
            aria-label={t('prospecting.icp.half')}
            value={role.half}
            onChange={(half) => onChange({ ...criterion, role: { ...role, half: half as Half } })}
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
              onChange={(weight) => onChange({ ...criterion, role: { ...role, weight } })}
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
            onChange={(unknown) =>
              onChange({ ...criterion, role: { ...role, unknown: unknown as UnknownPolicy } })
            }
          />
        </Group>
      )}
    </Stack>
  );
}

interface TestInputsProps {
  test: Test;
  field: Field | undefined;
  onChange: (next: Test) => void;
}

const numberOrNull = (value: string | number) => (value === '' ? null : Number(value));

function TestInputs({ test, field, onChange }: TestInputsProps) {
  const { t, i18n } = useTranslation();
  const known = field ? choicesOf(field, i18n.language, t).map((one) => one.value) : [];
  if (test.type === 'choice') {
    return (
      <>
        <TagsInput
          flex={2}
          miw={180}
          label={t('prospecting.icp.accepts')}
          data={known}
          value={test.accepts}
          onChange={(accepts) => onChange({ ...test, accepts })}
        />
        <TagsInput
          flex={1}
          miw={140}
          label={t('prospecting.icp.partial')}
          data={known}
          value={test.partial ?? []}
          onChange={(partial) => onChange({ ...test, partial })}
        />
      </>
    );
  }
  if (test.type === 'range') {
    return (
      <>
        <NumberInput
          w={110}
          hideControls
          label={t('prospecting.icp.from')}
          value={test.from ?? ''}
          onChange={(from) => onChange({ ...test, from: numberOrNull(from) })}
        />
        <NumberInput
          w={110}
          hideControls
          label={t('prospecting.icp.to')}
          value={test.to ?? ''}
          onChange={(to) => onChange({ ...test, to: numberOrNull(to) })}
        />
        <NumberInput
          w={110}
          hideControls
          min={0}
          max={100}
          suffix="%"
          label={t('prospecting.icp.soft')}
          value={test.soft_percent ?? 25}
          onChange={(soft) => onChange({ ...test, soft_percent: Number(soft) || 0 })}
        />
      </>
    );
  }
  return (
    <>
      <TagsInput
        flex={1}
        miw={200}
        label={t('prospecting.icp.keywords')}
        value={test.keywords}
        onChange={(keywords) => onChange({ ...test, keywords })}
      />
      <Switch
        size="xs"
        mb={8}
        label={t('prospecting.icp.all')}
        checked={test.all ?? false}
        onChange={(event) => onChange({ ...test, all: event.currentTarget.checked })}
      />
    </>
  );
}
