import { ActionIcon, Badge, Button, Checkbox, Group, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { DayInput } from '@/kit/fields/DayInput';
import { RecordSection } from '@/kit/record/RecordLayout';
import type { Side } from './closing';
import type { PlanValues } from './PlanForm';

interface StepsProps {
  form: UseFormReturnType<PlanValues>;
  canWrite: boolean;
  overdue: readonly number[];
}

/** Who does what until when, on both sides. */
export function Steps({ form, canWrite, overdue }: StepsProps) {
  const { t } = useTranslation();
  const add = (side: Side) =>
    form.insertListItem('steps', { what: '', who: '', side, due_on: null, done: false });
  return (
    <RecordSection
      title={t('offer.closing.steps')}
      aside={
        canWrite && (
          <Group gap={4}>
            {(['us', 'them'] as const).map((side) => (
              <Button
                key={side}
                size="compact-xs"
                variant="subtle"
                leftSection={<IconPlus size={12} />}
                onClick={() => add(side)}
              >
                {t(`offer.closing.side.${side}`)}
              </Button>
            ))}
          </Group>
        )
      }
    >
      {form.values.steps.map((step, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a step is known by its place in the form
        <Group key={index} gap="xs" py={4} align="center">
          <Checkbox
            size="xs"
            aria-label={`${t('kit.done')}: ${step.what}`}
            {...form.getInputProps(`steps.${index}.done`, { type: 'checkbox' })}
          />
          <TextInput
            flex="1 1 70%"
            required
            placeholder={t('offer.closing.what')}
            aria-label={t('offer.closing.what')}
            {...form.getInputProps(`steps.${index}.what`)}
          />
          {overdue.includes(index) && !step.done && (
            <Badge size="sm" variant="light" color="red" tt="none">
              {t('closing.overdue')}
            </Badge>
          )}
          <TextInput
            flex={1}
            ml={24}
            miw={90}
            required
            placeholder={t(`offer.closing.who_${step.side}`)}
            aria-label={t(`offer.closing.who_${step.side}`)}
            {...form.getInputProps(`steps.${index}.who`)}
          />
          <DayInput
            flex={1}
            miw={120}
            aria-label={t('records.compose.due')}
            placeholder={t('records.compose.due')}
            value={step.due_on}
            onChange={(next) => form.setFieldValue(`steps.${index}.due_on`, next)}
          />
          {canWrite && (
            <ActionIcon
              size="sm"
              variant="subtle"
              color="gray"
              onClick={() => form.removeListItem('steps', index)}
              aria-label={`${t('kit.remove')}: ${step.what}`}
            >
              <IconTrash size={14} />
            </ActionIcon>
          )}
        </Group>
      ))}
    </RecordSection>
  );
}
