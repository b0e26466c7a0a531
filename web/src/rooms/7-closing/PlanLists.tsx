import { ActionIcon, Badge, Button, Group, Stack, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { RecordSection } from '@/kit/record/RecordLayout';
import type { PlanValues } from './PlanForm';

interface ListProps {
  form: UseFormReturnType<PlanValues>;
  canWrite: boolean;
}

type ListName = 'results' | 'documents' | 'open_questions';

interface LinesProps extends ListProps {
  name: ListName;
  title: string;
  empty: PlanValues[ListName][number];
  fields: readonly { key: string; label: string; wide?: boolean; optional?: boolean }[];
  mark?: (index: number) => ReactNode;
}

/** A list of the plan whose lines are a few short texts each. */
function Lines({ form, canWrite, name, title, empty, fields, mark }: LinesProps) {
  const { t } = useTranslation();
  const lines = form.values[name];
  return (
    <RecordSection
      title={title}
      aside={
        canWrite && (
          <Button
            size="compact-xs"
            variant="subtle"
            leftSection={<IconPlus size={12} />}
            aria-label={`${t('kit.add')}: ${title}`}
            onClick={() => form.insertListItem(name, empty)}
          >
            {t('kit.add')}
          </Button>
        )
      }
    >
      <Stack gap={4}>
        {lines.map((_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line is known by its place in the form
          <Group key={index} gap="xs" align="center">
            {fields.map((field) => (
              <TextInput
                key={field.key}
                flex={field.wide ? '1 1 60%' : 1}
                miw={110}
                required={!field.optional}
                aria-label={field.label}
                placeholder={field.label}
                {...form.getInputProps(`${name}.${index}.${field.key}`)}
                value={String(form.getInputProps(`${name}.${index}.${field.key}`).value ?? '')}
              />
            ))}
            {mark?.(index)}
            {canWrite && (
              <ActionIcon
                size="sm"
                variant="subtle"
                color="gray"
                aria-label={`${t('kit.remove')}: ${title} ${index + 1}`}
                onClick={() => form.removeListItem(name, index)}
              >
                <IconTrash size={14} />
              </ActionIcon>
            )}
          </Group>
        ))}
      </Stack>
    </RecordSection>
  );
}

/** What they expect from it: with number and source, or it is not said. */
export function Results(props: ListProps) {
  const { t } = useTranslation();
  return (
    <Lines
      {...props}
      name="results"
      title={t('closing.results')}
      empty={{ what: '', number: '', source: '' }}
      fields={[
        { key: 'what', label: t('closing.result_what'), wide: true },
        { key: 'number', label: t('closing.result_number') },
        { key: 'source', label: t('closing.result_source') },
      ]}
    />
  );
}

/** What is open between us; what they asked on the page is marked. */
export function Questions(props: ListProps) {
  const { t } = useTranslation();
  const theirs = (index: number) =>
    props.form.values.open_questions[index]?.theirs && (
      <Badge size="sm" variant="light" tt="none">
        {t('closing.asked_by_them')}
      </Badge>
    );
  return (
    <Lines
      {...props}
      name="open_questions"
      title={t('closing.questions')}
      empty={{ question: '', answer: '' }}
      fields={[
        { key: 'question', label: t('closing.question'), wide: true },
        { key: 'answer', label: t('closing.answer'), optional: true, wide: true },
      ]}
      mark={theirs}
    />
  );
}

/** Documents both sides have. */
export function Documents(props: ListProps) {
  const { t } = useTranslation();
  return (
    <Lines
      {...props}
      name="documents"
      title={t('closing.documents')}
      empty={{ title: '', url: '' }}
      fields={[
        { key: 'title', label: t('closing.document') },
        { key: 'url', label: t('closing.address') },
      ]}
    />
  );
}
