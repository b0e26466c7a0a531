import { ActionIcon, Group, Select, Stack, Switch, Text } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { fieldLabel } from '@/kit/fields/labels';
import { type Criterion, firstTest, type ScorableField } from './icp';
import classes from './icp.module.css';
import { TestInputs } from './TestInputs';
import { WeightInputs } from './WeightInputs';

interface CriterionEditorProps {
  criterion: Criterion;
  field: ScorableField | undefined;
  onChange: (next: Criterion) => void;
  onRemove: () => void;
}

/** A field of the company, what is asked of it, and what the answer does to the score. */
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
      <Group gap="xs" align="flex-start">
        <Select
          w={150}
          allowDeselect={false}
          label={t('prospecting.icp.test')}
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
        <WeightInputs role={role} onChange={(next) => onChange({ ...criterion, role: next })} />
      )}
    </Stack>
  );
}
