import {
  ActionIcon,
  Button,
  Group,
  Menu,
  NumberInput,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { IconBraces, IconTrash } from '@tabler/icons-react';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { mergeFields, type SequenceStep } from './outreach';
import classes from './outreach.module.css';

interface StepEditorProps {
  number: number;
  step: SequenceStep;
  onChange: (next: Partial<SequenceStep>) => void;
  onRemove?: () => void;
}

/** One mail of the sequence. A merge field may carry a fallback: `{{ person.given_name | default("there") }}`. */
export function StepEditor({ number, step, onChange, onRemove }: StepEditorProps) {
  const { t } = useTranslation();
  const body = useRef<HTMLTextAreaElement>(null);
  const insert = (field: string) => {
    const box = body.current;
    const at = box?.selectionStart ?? step.body.length;
    const mark = `{{ ${field} }}`;
    onChange({ body: step.body.slice(0, at) + mark + step.body.slice(box?.selectionEnd ?? at) });
    box?.focus();
  };
  return (
    <Stack
      gap="xs"
      className={classes.step}
      role="group"
      aria-label={t('outreach.sequence.step', { number })}
    >
      <Group justify="space-between">
        <Group gap="xs">
          <Text fw={600}>{t('outreach.sequence.step', { number })}</Text>
          {number > 1 && (
            <NumberInput
              size="xs"
              w={170}
              min={0}
              max={90}
              aria-label={t('outreach.sequence.delay')}
              suffix={` ${t('outreach.sequence.days_later')}`}
              value={step.delay_days}
              onChange={(days) => onChange({ delay_days: Number(days) || 0 })}
            />
          )}
        </Group>
        <Group gap={4}>
          <Menu position="bottom-end">
            <Menu.Target>
              <Button size="compact-xs" variant="subtle" leftSection={<IconBraces size={13} />}>
                {t('outreach.sequence.insert')}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {mergeFields.map((field) => (
                <Menu.Item key={field} onClick={() => insert(field)}>
                  {field}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
          {onRemove && (
            <ActionIcon
              size="sm"
              variant="subtle"
              color="gray"
              onClick={onRemove}
              aria-label={`${t('kit.remove')}: ${t('outreach.sequence.step', { number })}`}
            >
              <IconTrash size={14} />
            </ActionIcon>
          )}
        </Group>
      </Group>
      <TextInput
        aria-label={t('outreach.sequence.subject')}
        placeholder={number > 1 ? t('outreach.sequence.same_thread') : t('outreach.sequence.subject')}
        value={step.subject}
        onChange={(event) => onChange({ subject: event.currentTarget.value })}
      />
      <Textarea
        ref={body}
        minRows={6}
        aria-label={t('outreach.sequence.body')}
        value={step.body}
        onChange={(event) => onChange({ body: event.currentTarget.value })}
      />
    </Stack>
  );
}
