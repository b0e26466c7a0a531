import { ActionIcon, Group, Select, Stack, Text } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { ConditionLines } from './ConditionLines';
import { type Condition, readTerms } from './condition';
import { conditionText, stepName } from './conditionText';
import classes from './editor.module.css';
import { useFault } from './faults';
import { placeOf } from './order';
import type { DraftStep, Fork } from './steps';
import { useNames } from './useNames';

interface ForkEditorProps {
  steps: readonly DraftStep[];
  at: number;
  index: number;
  fork: Fork;
  /** `from` are the steps when another one got a key for it. */
  onCondition: (next: Condition, from?: readonly DraftStep[], what?: string) => void;
  /** The place of a later step; null ends the sequence. */
  onTarget: (to: number | null) => void;
  onRemove: () => void;
}

const end = 'end';

/** "if … then go to step 4", each word of it a choice. */
export function ForkEditor(props: ForkEditorProps) {
  const { steps, at, index, fork, onCondition, onTarget, onRemove } = props;
  const { t } = useTranslation();
  const names = useNames(steps);
  const place = `steps.${at}.branches.${index}`;
  const fault = useFault(`${place}.if`);
  const targetFault = useFault(`${place}.go_to`);
  const lines = readTerms(fork.if);
  const to = placeOf(steps, fork.go_to);
  const later = steps.flatMap((_, n) =>
    n > at ? [{ value: String(n), label: t('outreach.fork.to', { step: stepName(t, steps, n) }) }] : [],
  );
  const value = () => {
    if (fork.go_to === null) return end;
    return to !== null && to > at ? String(to) : null;
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: the legend of a fieldset would be shown
    <div className={classes.fork} role="group" aria-label={t('outreach.fork.name', { number: index + 1 })}>
      <Group align="flex-start" wrap="nowrap" gap="xs">
        <Stack gap={6} flex={1} miw={0}>
          {lines ? (
            <ConditionLines
              steps={steps}
              at={at}
              lines={lines}
              place={`${place}.if`}
              onChange={onCondition}
            />
          ) : (
            <div>
              <Text>{conditionText(t, fork.if, names)}</Text>
              <Text size="xs" c="dimmed">
                {t('outreach.condition.deep')}
              </Text>
            </div>
          )}
          {fault && (
            <Text size="xs" c="var(--harm)" role="alert">
              {fault}
            </Text>
          )}
          <Group gap={6} wrap="nowrap" align="flex-start">
            <Text className={classes.word} pt={6}>
              {t('outreach.fork.go_to')}
            </Text>
            <Select
              flex={1}
              size="xs"
              allowDeselect={false}
              aria-label={t('outreach.fork.go_to')}
              error={targetFault}
              data={[{ value: end, label: t('outreach.fork.end') }, ...later]}
              value={value()}
              onChange={(next) => next && onTarget(next === end ? null : Number(next))}
            />
          </Group>
        </Stack>
        <ActionIcon
          size="sm"
          variant="subtle"
          color="gray"
          aria-label={t('outreach.fork.remove', { number: index + 1 })}
          onClick={onRemove}
        >
          <IconX size={14} />
        </ActionIcon>
      </Group>
    </div>
  );
}
