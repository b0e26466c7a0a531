import type { DraggableProvided } from '@hello-pangea/dnd';
import { ActionIcon, Button, Checkbox, Group, NumberInput, Stack, Text } from '@mantine/core';
import { IconGripVertical, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { OutlineQuestion } from '@/api/generated/model';
import type { FieldProblem } from '@/api/http';
import { noText, numbered, targetOf, wordOf } from './frameworks';
import classes from './frameworks.module.css';
import { TargetSelect } from './TargetSelect';
import { TextPair } from './TextPair';

interface QuestionEditorProps {
  provided: DraggableProvided;
  question: OutlineQuestion;
  at: number;
  faults: readonly FieldProblem[];
  onChange: (question: OutlineQuestion) => void;
  onRemove: () => void;
}

/** One question: what is asked and why, what to say with it, and where the answer goes. */
export function QuestionEditor({ provided, question, at, faults, onChange, onRemove }: QuestionEditorProps) {
  const { t } = useTranslation();
  const place = `questions.${at}`;
  const change = (part: Partial<OutlineQuestion>) => onChange({ ...question, ...part });
  const pair = (key: 'ask' | 'purpose', label: string) => (
    <TextPair
      label={label}
      value={question[key] ?? noText}
      faults={faults}
      place={`${place}.${key}`}
      onChange={(text) => change({ [key]: text })}
    />
  );
  return (
    <section ref={provided.innerRef} {...provided.draggableProps} className={classes.card}>
      <Group justify="space-between" mb="xs">
        <Group gap="xs">
          {/* biome-ignore lint/a11y/useSemanticElements: a button element would not let itself be carried */}
          <div
            {...provided.dragHandleProps}
            role="button"
            tabIndex={0}
            className={classes.handle}
            aria-label={t('discovery.move_question', { place: at + 1 })}
          >
            <IconGripVertical size={16} />
          </div>
          <Text fw={600}>{t('discovery.question_at', { place: at + 1 })}</Text>
        </Group>
        <ActionIcon
          variant="subtle"
          color="gray"
          onClick={onRemove}
          aria-label={t('discovery.remove_question', { place: at + 1 })}
        >
          <IconTrash size={16} />
        </ActionIcon>
      </Group>
      <Stack gap="sm">
        {pair('ask', t('discovery.ask'))}
        {pair('purpose', t('discovery.why_ask'))}
        <Group gap="sm" align="flex-end">
          <TargetSelect
            value={wordOf(question.fills)}
            onChange={(word) => change({ fills: targetOf(word) })}
          />
          <NumberInput
            w={120}
            label={t('discovery.minutes_label')}
            min={1}
            max={120}
            value={question.minutes ?? ''}
            onChange={(minutes) => change({ minutes: minutes === '' ? null : Number(minutes) })}
          />
          <Checkbox
            mb={8}
            label={t('discovery.in_form')}
            checked={question.in_form}
            onChange={(event) => change({ in_form: event.currentTarget.checked })}
          />
        </Group>
        {numbered(question.follow_ups).map(({ n, one: text }) => (
          <Removable
            key={`follow.${n}`}
            label={t('discovery.follow_up')}
            onRemove={() => change({ follow_ups: question.follow_ups.filter((_, i) => i !== n) })}
          >
            <TextPair
              label={t('discovery.follow_up')}
              value={text}
              faults={faults}
              place={`${place}.follow_ups.${n}`}
              onChange={(next) =>
                change({ follow_ups: question.follow_ups.map((one, i) => (i === n ? next : one)) })
              }
            />
          </Removable>
        ))}
        {numbered(question.material).map(({ n, one }) => (
          <Removable
            key={`material.${n}`}
            label={t(`discovery.material.${one.kind}`)}
            onRemove={() => change({ material: question.material.filter((_, i) => i !== n) })}
          >
            <TextPair
              label={t(`discovery.material.${one.kind}`)}
              value={one.text}
              faults={faults}
              place={`${place}.material.${n}.text`}
              onChange={(text) =>
                change({ material: question.material.map((m, i) => (i === n ? { ...m, text } : m)) })
              }
            />
          </Removable>
        ))}
        <Group gap="xs">
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => change({ follow_ups: [...question.follow_ups, noText] })}
          >
            {t('discovery.add_follow_up')}
          </Button>
          {(['statistic', 'story'] as const).map((kind) => (
            <Button
              key={kind}
              size="compact-sm"
              variant="default"
              onClick={() => change({ material: [...question.material, { kind, text: noText }] })}
            >
              {t(`discovery.add_${kind}`)}
            </Button>
          ))}
        </Group>
      </Stack>
    </section>
  );
}

function Removable(props: { label: string; onRemove: () => void; children: React.ReactNode }) {
  const { t } = useTranslation();
  return (
    <Group gap="xs" wrap="nowrap" align="flex-end">
      <div className={classes.grow}>{props.children}</div>
      <ActionIcon
        variant="subtle"
        color="gray"
        mb={4}
        onClick={props.onRemove}
        aria-label={`${t('kit.remove')}: ${props.label}`}
      >
        <IconTrash size={16} />
      </ActionIcon>
    </Group>
  );
}
