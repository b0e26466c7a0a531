import { Group, Select, Text, Textarea, TextInput } from '@mantine/core';
import type { Ref } from 'react';
import { useTranslation } from 'react-i18next';
import type { TalkView } from '@/api/generated/model';
import { useCan } from '@/app/session';
import { DayInput } from '@/kit/fields/DayInput';
import { KeyHint } from '@/kit/KeyHint';
import { RecordSection } from '@/kit/record/RecordLayout';
import classes from './cockpit.module.css';
import type { TalkInHand } from './useTalk';

const stepKinds = ['call', 'email', 'meeting', 'todo'] as const;

interface NextStepDraft {
  title?: string;
  kind?: string | null;
  due_on?: string | null;
}

/** Notes as they come, and what is done next. */
export function NotesPane({
  view,
  talk,
  field,
}: {
  view: TalkView;
  talk: TalkInHand;
  field: Ref<HTMLTextAreaElement>;
}) {
  const { t } = useTranslation();
  const canWrite = useCan('rep');
  const next = (talk.queue.value('next_step') ?? {}) as NextStepDraft;
  const change = (part: NextStepDraft) => talk.queue.set('next_step', { ...next, ...part });
  return (
    <aside className={classes.notes} aria-label={t('discovery.pane.notes')}>
      <Textarea
        ref={field}
        label={
          <>
            {t('discovery.notes')} <KeyHint of="n" />
          </>
        }
        autosize
        minRows={10}
        maxLength={50_000}
        readOnly={!canWrite}
        value={talk.text('notes')}
        onChange={(event) => talk.queue.set('notes', event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
      />
      {view.state === 'open' && canWrite && (
        <RecordSection title={t('discovery.next_step')}>
          <TextInput
            aria-label={t('discovery.next_step')}
            placeholder={t('discovery.next_step_hint')}
            maxLength={200}
            value={next.title ?? ''}
            onChange={(event) => change({ title: event.currentTarget.value })}
          />
          <Group gap="xs" mt="xs" grow>
            <Select
              aria-label={t('discovery.next_kind')}
              placeholder={t('discovery.next_kind')}
              data={stepKinds.map((one) => ({ value: one, label: t(`discovery.step.${one}`) }))}
              value={next.kind ?? null}
              onChange={(kind) => change({ kind: kind ?? undefined })}
            />
            <DayInput
              aria-label={t('discovery.next_day')}
              placeholder={t('discovery.next_day')}
              value={next.due_on}
              onChange={(due_on) => change({ due_on })}
            />
          </Group>
          <Text size="xs" c="dimmed" mt={4}>
            {t('discovery.next_step_text')}
          </Text>
        </RecordSection>
      )}
    </aside>
  );
}
