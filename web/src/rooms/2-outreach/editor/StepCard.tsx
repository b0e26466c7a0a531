import type { DraggableProvided } from '@hello-pangea/dnd';
import { ActionIcon, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconChevronUp, IconGripVertical, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import classes from './editor.module.css';
import { useFaultBelow } from './faults';
import { KindIcon } from './kinds';
import { StepFields, type StepFieldsProps } from './StepFields';
import { useStepTitle } from './useStepTitle';

interface StepCardProps extends StepFieldsProps {
  onRemove: () => void;
  /** While it stands in a list in which it can be carried. */
  provided?: DraggableProvided;
  lifted?: boolean;
}

/** One step: what it is, when it comes, what it says, and where it forks. */
export function StepCard({ provided, lifted, onRemove, ...fields }: StepCardProps) {
  const { t } = useTranslation();
  const [folded, fold] = useDisclosure(false);
  const { steps, at } = fields;
  const wrong = useFaultBelow(`steps.${at}`);
  const title = useStepTitle();
  const step = steps[at];
  if (!step) return null;
  const number = at + 1;
  const name = t('outreach.step.name', { number, kind: t(`outreach.kind.${step.kind}`) });
  // A fault must not stay hidden in a folded step.
  const open = !folded || wrong;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a card that can be carried is no set of form controls
    <div
      ref={provided?.innerRef}
      {...provided?.draggableProps}
      role="group"
      aria-label={name}
      className={classes.card}
      data-kind={step.kind}
      data-lifted={lifted || undefined}
    >
      <Group gap="xs" wrap="nowrap" mb={open ? 'xs' : 0}>
        {provided && (
          // biome-ignore lint/a11y/useSemanticElements: a button element would not let itself be carried
          <div
            {...provided.dragHandleProps}
            role="button"
            tabIndex={0}
            className={classes.grip}
            aria-label={t('outreach.step.drag', { number })}
          >
            <IconGripVertical size={16} stroke={1.6} />
          </div>
        )}
        <KindIcon kind={step.kind} />
        <Text fw={600} flex="none">
          {name}
        </Text>
        <Text c="dimmed" flex={1} miw={0} className={classes.summary}>
          {open ? '' : title(step, at)}
        </Text>
        {provided && (
          <ActionIcon
            size="sm"
            variant="subtle"
            color="gray"
            aria-expanded={open}
            aria-label={t(open ? 'outreach.step.shut' : 'outreach.step.open', { number })}
            onClick={fold.toggle}
          >
            {open ? <IconChevronUp size={15} /> : <IconChevronDown size={15} />}
          </ActionIcon>
        )}
        <ActionIcon
          size="sm"
          variant="subtle"
          color="gray"
          onClick={onRemove}
          aria-label={`${t('kit.remove')}: ${name}`}
        >
          <IconTrash size={14} />
        </ActionIcon>
      </Group>
      {open && <StepFields {...fields} />}
    </div>
  );
}
